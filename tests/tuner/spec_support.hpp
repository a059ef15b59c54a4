#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "model/builders/builder.hpp"
#include "tuner/spec/spec.hpp"

/// A folder for the files of one test, removed at its end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tune-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  std::filesystem::path path_;
};

/// Two builders whose keys belong to these tests, so that those of the real ones may change.
inline void add_toy_builders() {
  using namespace tune::base;
  static const bool added = [] {
    tune::model::builders().add(
        {"toy",
         "a builder for tests",
         {integer_key("layers", std::int64_t{1}, 0, 9, "layers"),
          integer_key("units", std::int64_t{30}, 1, 500, "units of a layer"),
          positive_key("rate", 0.01, 100, "learning rate"),
          real_key("decay", 0.0, 0, 1, "momentum"),
          name_key("solver", std::string("sgd"), {"sgd", "adam"}, "optimizer"),
          name_key("shape", std::string("round"), {"round", "square"}, "only here"),
          flag_key("bias", true, "with a bias"), text_key("note", std::nullopt, "any text")},
         {}});
    tune::model::builders().add({"toy2",
                                 "another one",
                                 {positive_key("rate", 1.0, 100, "learning rate"),
                                  name_key("solver", std::string("rule"), {"rule"}, "optimizer")},
                                 {}});
    return true;
  }();
  static_cast<void>(added);
}

/// A spec from the text of a space file "space.ini" and options such as {"training.epochs", "5"}.
using Options = std::vector<std::pair<std::string, std::string>>;
inline tune::tuner::Spec spec_of(std::string_view text, const Options& options = {},
                                 const std::filesystem::path& folder = "homes") {
  add_toy_builders();
  std::vector<tune::tuner::Entry> overrides;
  for (const auto& [name, value] : options) {
    const auto dot = name.find('.');
    overrides.push_back({name.substr(0, dot), name.substr(dot + 1), value, {"--" + name, 0, {}}});
  }
  return tune::tuner::Spec::from(tune::tuner::parse_ini(text, "space.ini"), folder, overrides);
}
