#include "tuner/cli/shared_options.hpp"

#include "search/base/reader.hpp"

namespace tune::tuner {

std::int64_t integer(const std::string& name, const std::string& text, double low, double high) {
  const base::Value value = base::parse_value(text);
  const std::string wrong = base::integer_key(name, std::nullopt, low, high, {}).complaint(value);
  if (!wrong.empty()) throw base::InputError(name + ": " + wrong);
  return std::get<std::int64_t>(value);
}

int count(const std::string& name, const std::string& text, int low) {
  return static_cast<int>(integer("--" + name, text, low, 65536));
}

Option storage_option(std::string help) {
  return {"storage", '\0', "URL", std::move(help),
          [](CommandLine& line, const std::string& value) { line.storage = value; }};
}

Option jobs_option(std::string help) {
  return {"jobs", '\0', "N", std::move(help),
          [](CommandLine& line, const std::string& value) { line.jobs = count("jobs", value, 1); }};
}

Option keep_models_option() {
  return {"keep-models", '\0', "K", "keep the models of the K best trials (default: 0)",
          [](CommandLine& line, const std::string& value) {
            line.keep_models = count("keep-models", value, 0);
          }};
}

Option quiet_option() {
  return {"quiet", '\0', "", "print nothing but errors",
          [](CommandLine& line, const std::string&) { line.quiet = true; }};
}

}  // namespace tune::tuner
