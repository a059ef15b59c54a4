#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "tuner/spec/spec.hpp"
#include "tuner/spec/values.hpp"
#include "tuner/storage/study_place.hpp"

namespace tune::tuner {
namespace {

using base::Configuration;
using base::Value;

constexpr std::array<std::string_view, 10> kPaths = {
    "csv",         "test_csv", "idx_images", "idx_labels", "test_images",
    "test_labels", "reuse",    "list",       "enqueue",    "warm_start"};

/// Keys of [study] that a single trial has no use for.
constexpr std::array<std::string_view, 7> kOfSearch = {
    "strategy", "list", "trials", "pruner", "enqueue", "enqueue_best", "warm_start"};
/// Keys of [study] that name files, and how they are read: what is in the files counts.
constexpr std::array<std::string_view, 4> kContents = {"list", "enqueue", "enqueue_best",
                                                       "warm_start"};

using Json = nlohmann::json;

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// A value of [data] or [model] that means the same in a space file of another folder. What is not
/// in this folder is found where TUNE_DATA points.
Value relocated(const std::string& key, const Value& value, const std::filesystem::path& folder) {
  if (std::ranges::find(kPaths, key) == kPaths.end()) return value;
  const std::string text = base::to_text(value);
  if (StudyPlace::is_url(text)) return StudyPlace::absolute(text);
  const std::filesystem::path file = folder / text;
  return std::filesystem::exists(file)
             ? Value(std::filesystem::absolute(file).lexically_normal().string())
             : value;
}

/// Sections, keys and values of entries, in which paths are full.
Json portable_json(std::span<const Entry> entries, const std::filesystem::path& folder) {
  Json list = Json::array();
  for (const Entry& entry : entries) {
    const bool is_file = (entry.section == "study" && is_one_of(kContents, entry.key)) ||
                         entry.section == "data" || entry.section == "model";
    const Value value = is_file ? relocated(entry.key, entry.value, folder) : Value(entry.value);
    list.push_back({entry.section, entry.key, std::get<std::string>(value)});
  }
  return list;
}

std::vector<Entry> entries_of(const Json& list, const std::string& file) {
  std::vector<Entry> entries;
  for (const Json& item : list) {
    entries.push_back({item.at(0), item.at(1), item.at(2), {file, 0, item.at(1)}});
  }
  return entries;
}

/// Without max and min, which say nothing that the metrics do not.
std::string names_of(const std::vector<ObjectiveName>& objectives) {
  std::string text;
  for (const ObjectiveName& objective : objectives) {
    text += (text.empty() ? "" : ", ") + objective.metric;
  }
  return text;
}

std::string section_text(const std::string& name, const Configuration& values) {
  if (values.empty()) return {};
  std::string text = '[' + name + "]\n";
  for (const auto& [key, value] : values) text += key + " = " + quoted(base::to_text(value)) + '\n';
  return text + '\n';
}

/// Do all that know the key use this value where it is not given?
bool is_default(std::span<const Consumer> consumers, const std::string& name, const Value& value) {
  return std::ranges::all_of(consumers, [&](const Consumer& consumer) {
    const base::Key* key = base::find_key(consumer.keys, name);
    return key == nullptr || (key->fallback && base::same(*key->fallback, value));
  });
}

}  // namespace

std::string Spec::pinned_to(const Configuration& trial) const {
  Configuration study;
  for (const auto& [key, value] : section("study").values) {
    if (!is_one_of(kOfSearch, key) && base::find_key(tuner::study_keys(), key) != nullptr)
      study[key] = value;
  }
  study["name"] = this->study().text("name") + "_best";
  study["trials"] = std::int64_t{1};

  Configuration data = section("data").values;
  for (auto& [key, value] : data) value = relocated(key, value, folder_);

  Configuration training, options, shared;
  this->training(trial, training);
  // What the pruner watched, it trained without.
  if (pruner_ != nullptr && !training.contains("validation")) {
    training["validation"] = *base::find_key(training_keys_, "validation")->fallback;
  }
  model(trial, options);
  any_model(trial, shared);
  if (const auto reuse = shared.find("reuse"); reuse != shared.end()) {
    reuse->second = relocated("reuse", reuse->second, folder_);
  }
  options.merge(shared);
  options["builder"] = builder(trial);
  return section_text("study", study) + section_text("data", data) +
         section_text("cv", section("cv").values) + section_text("model", options) +
         section_text("training", training);
}

std::string Spec::portable() const {
  std::vector<Entry> entries = entries_;
  if (find_entry(entries, "study", "name") == nullptr &&
      find_entry(overrides_, "study", "name") == nullptr) {
    entries.push_back({"study", "name", study().text("name"), {}});
  }
  return Json{{"entries", portable_json(entries, folder_)},
              {"overrides", portable_json(overrides_, folder_)}}
      .dump();
}

Spec Spec::from_portable(const std::string& text, const std::string& file) {
  try {
    const Json json = Json::parse(text);
    return from(entries_of(json.at("entries"), file), {}, entries_of(json.at("overrides"), file));
  } catch (const Json::exception& error) {
    base::fail({file, 0, {}}, std::string("not a study of tune: ") + error.what());
  }
}

std::string Spec::canonical() const {
  std::string text;
  for (const auto& [name, section] : sections_) {
    const std::vector<Consumer> readers = consumers(name);
    for (const auto& [key, value] : section.values) {
      const bool is_content = name == "study" && is_one_of(kContents, key);
      if (is_content || is_default(readers, key, value)) continue;
      const bool is_metric = name == "study" && key == "metric";
      const Value there = name == "model" ? relocated(key, value, folder_) : value;
      text += name + '.' + key + " = " +
              (is_metric ? names_of(objectives()) : base::to_text(there)) + '\n';
    }
  }
  for (const search::Parameter& parameter : space_.parameters()) {
    text += "space." + parameter.name + " = " + search::to_text(parameter.domain);
    if (!parameter.when.always()) text += " when " + search::to_text(parameter.when);
    text += '\n';
  }
  std::vector<std::string> forbidden;
  for (const search::Condition& condition : space_.forbidden()) {
    forbidden.push_back("space.forbid = " + search::to_text(condition) + '\n');
  }
  std::ranges::sort(forbidden);
  for (const std::string& line : forbidden) text += line;
  for (const Configuration& configuration : listed_) {
    text += "list = " + base::to_text(configuration) + '\n';
  }
  for (const Configuration& configuration : enqueued_) {
    text += "enqueue = " + base::to_text(configuration) + '\n';
  }
  if (!warm_start_) return text;
  for (const EarlierTrial& trial : warm_start_->trials) {
    text += "warm_start = " + base::to_text(trial.configuration) + ": " + trial.state;
    if (trial.score) text += ' ' + base::to_text(base::Value(*trial.score));
    text += '\n';
  }
  return text;
}

}  // namespace tune::tuner
