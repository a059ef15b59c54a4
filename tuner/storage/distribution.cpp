#include "tuner/storage/distribution.hpp"

#include <nlohmann/json.hpp>

#include "search/base/error.hpp"
#include "tuner/storage/joined_domain.hpp"

namespace tune::tuner {
namespace {

using Json = nlohmann::ordered_json;

/// The last value of a stepped range.
double last_column(const search::Domain& domain) {
  return search::column_at(domain, search::count(domain).value() - 1);
}

Json attributes(const search::Real& real) {
  const bool stepped = real.step > 0;
  return {{"step", stepped ? Json(real.step) : Json()},
          {"low", real.low},
          {"high", stepped ? last_column(real) : real.high},
          {"log", real.scale == search::Scale::log}};
}

Json attributes(const search::Integer& integer) {
  return {{"log", integer.log},
          {"step", integer.step},
          {"low", integer.low},
          {"high", static_cast<std::int64_t>(last_column(integer))}};
}

Json attributes(const search::Choice& choice) {
  Json values = Json::array();
  for (const base::Value& value : choice.values) {
    std::visit([&](const auto& v) { values.push_back(v); }, value);
  }
  return {{"choices", std::move(values)}};
}

const char* name_of(const search::Domain& domain) {
  static constexpr const char* kNames[] = {"FloatDistribution", "IntDistribution",
                                           "CategoricalDistribution"};
  return kNames[domain.index()];
}

base::Value value_of(const Json& json) {
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean()) return std::string(json.get<bool>() ? "yes" : "no");
  return json.is_null() ? "none" : json.dump();
}

search::Domain read(const Json& json) {
  const std::string name = json.at("name");
  const Json& of = json.at("attributes");
  if (name == "FloatDistribution") {
    search::Real real{of.at("low").get<double>(), of.at("high").get<double>()};
    if (of.at("log").get<bool>()) real.scale = search::Scale::log;
    if (!of.at("step").is_null()) real.step = of.at("step").get<double>();
    return real;
  }
  if (name == "IntDistribution") {
    return search::Integer{of.at("low").get<std::int64_t>(), of.at("high").get<std::int64_t>(),
                           of.at("log").get<bool>(), of.at("step").get<std::int64_t>()};
  }
  if (name != "CategoricalDistribution") throw base::InputError("unknown distribution " + name);
  search::Choice choice;
  for (const Json& value : of.at("choices")) choice.values.push_back(value_of(value));
  return choice;
}

}  // namespace

std::string distribution_json(const search::Domain& domain) {
  const Json json = {
      {"name", name_of(domain)},
      {"attributes", std::visit([](const auto& d) { return attributes(d); }, domain)}};
  return json.dump();
}

search::Domain domain_of_distribution(const std::string& text) {
  const std::string what = "not a distribution of Optuna: ";
  try {
    search::Domain domain = read(Json::parse(text));
    const std::string wrong = search::complaint(validated(domain));
    if (!wrong.empty()) throw base::InputError(what + wrong);
    return domain;
  } catch (const Json::exception& error) {
    throw base::InputError(what + error.what());
  }
}

}  // namespace tune::tuner
