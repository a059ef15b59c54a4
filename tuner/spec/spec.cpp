#include "tuner/spec/spec.hpp"

#include "model/builders/builder.hpp"
#include "tuner/data/dataset.hpp"
#include "tuner/data/folds.hpp"
#include "tuner/spec/in_force.hpp"
#include "tuner/spec/list_file.hpp"
#include "tuner/spec/overrides.hpp"
#include "tuner/spec/placed.hpp"
#include "tuner/spec/space_section.hpp"
#include "tuner/spec/starts.hpp"

namespace tune::tuner {
namespace {

using base::Configuration;
using base::Key;

Configuration merge(const Section& section, const Configuration& trial, std::span<const Key> keys) {
  Configuration merged;
  for (const Configuration* from : {&section.values, &trial}) {
    for (const auto& [name, value] : *from) {
      if (base::find_key(keys, name) != nullptr) merged.insert_or_assign(name, value);
    }
  }
  return merged;
}

}  // namespace

Spec Spec::read(const std::filesystem::path& file, std::span<const Entry> overrides) {
  return from(read_ini(file), file.parent_path(), overrides);
}

Spec Spec::from(std::vector<Entry> entries, std::filesystem::path folder,
                std::span<const Entry> overrides) {
  Spec spec;
  spec.entries_ = entries;
  spec.overrides_.assign(overrides.begin(), overrides.end());
  for (const std::string& name : section_names()) spec.sections_[name];
  spec.folder_ = folder.empty() ? "." : std::move(folder);
  const std::vector<Entry> of_file = entries;
  const Configuration settled = apply_overrides(entries, overrides);
  drop_displaced(entries, entries.size() - overrides.size(), of_file);
  SpaceSection space = parse_space(entries);
  settle(space, settled);

  spec.study_keys_ = keys_of_study(entries, spec.folder_);
  ListFile list = read_list_of(entries, spec.folder_);
  spec.builders_ = builders_in_force(entries, space, list);
  spec.training_keys_.assign(training_keys().begin(), training_keys().end());
  for (const std::string& name : section_names()) {
    if (name != "space") spec.read_section(name, entries);
  }
  check_study(spec.section("study"));
  spec.pruner_ = make_pruner(spec.section("study"), spec.study());
  spec.training_keys_ = keys_of_training(spec.section("training"), space, spec.pruner());

  const std::vector<Consumer> consumers = spec.consumers("space");
  check_values(list, consumers);
  add_listed(space, list);
  check_places(spec.sections_, space);
  check_values(space, consumers);
  spec.space_ = make_space(space);
  for (const SpaceSection::Line& line : space.lines) {
    spec.sections_["space"].places[line.parameter.name] = line.place;
  }
  for (const SpaceSection::Forbid& forbid : space.forbidden) {
    spec.forbid_places_.push_back(forbid.place);
  }
  spec.listed_ = listed_in(spec.space_, list);
  spec.read_earlier(space);
  return spec;
}

/// Start points and the trials of an earlier study.
void Spec::read_earlier(const SpaceSection& space) {
  enqueued_ = enqueued_lines(space_, space);
  for (const SpaceSection::Start& start : space.starts) {
    sections_["space"].places.try_emplace("enqueue", start.place);
  }
  const base::Reader options = study();
  if (!options.is("enqueue", "none")) {
    const auto best = static_cast<std::size_t>(options.integer("enqueue_best"));
    const auto file = study_file(folder_, options.text("enqueue"));
    const auto more =
        at(place("study", "enqueue"), [&] { return enqueued_file(space_, file, best); });
    enqueued_.insert(enqueued_.end(), more.begin(), more.end());
  }
  if (options.is("warm_start", "none")) return;
  at(place("study", "warm_start"), [&] {
    warm_start_ = read_results(study_file(folder_, options.text("warm_start")));
    const std::size_t all = warm_start_->trials.size();
    warm_start_->trials = warm_start_->of(space_);
    if (!warm_start_->trials.empty()) return;
    throw base::InputError(warm_start_->file + ": none of its " + std::to_string(all) +
                           " trials is of this space");
  });
}

std::vector<Consumer> Spec::consumers(std::string_view section) const {
  if (section == "study") return {{{}, study_keys_}};
  if (section == "data") return {{{}, data_keys()}};
  if (section == "cv") return {{{}, cv_keys()}};
  if (section == "training") return {{{}, training_keys_}};
  std::vector<Consumer> consumers = {{{}, model_keys()}};
  for (const std::string& name : builders_) {
    consumers.push_back({name, model::builders().at(name).keys});
  }
  if (section == "space") consumers.insert(consumers.begin(), {{}, training_keys_});
  return consumers;
}

void Spec::read_section(const std::string& name, std::span<const Entry> entries) {
  Section& section = sections_[name];
  const std::vector<Consumer> readers = consumers(name);
  for (const Entry& entry : entries) {
    if (entry.section != name || entry.key.empty()) continue;
    if (find_key(readers, entry.key) == nullptr) {
      std::string hint = base::suggestion(entry.key, names_of(readers));
      for (const std::string& other : section_names()) {
        const bool there = other != "space" && find_key(consumers(other), entry.key) != nullptr;
        if (there) hint = "; it belongs to [" + other + "]";
      }
      base::fail(entry.place, "unknown key in [" + name + "]" + hint);
    }
    section.values[entry.key] =
        at(entry.place, [&] { return read_for(readers, entry.key, entry.value); });
    section.places[entry.key] = entry.place;
  }
}

const Section& Spec::section(std::string_view name) const {
  return sections_.find(name)->second;
}

base::Reader Spec::study() const {
  return {section("study").values, study_keys_};
}

std::vector<ObjectiveName> Spec::objectives() const {
  if (!study().has("metric")) return {{}};
  return parse_objectives(study().text("metric"));
}

base::Reader Spec::data() const {
  return {section("data").values, data_keys()};
}

base::Reader Spec::cv() const {
  return {section("cv").values, cv_keys()};
}

base::Reader Spec::training(const Configuration& trial, Configuration& merged) const {
  merged = merge(section("training"), trial, training_keys_);
  return {merged, training_keys_};
}

base::Reader Spec::any_model(const Configuration& trial, Configuration& merged) const {
  merged = merge(section("model"), trial, model_keys());
  return {merged, model_keys()};
}

std::string Spec::builder(const Configuration& trial) const {
  Configuration merged;
  return any_model(trial, merged).text("builder");
}

base::Reader Spec::model(const Configuration& trial, Configuration& merged) const {
  const std::vector<Key>& keys = model::builders().at(builder(trial)).keys;
  merged = merge(section("model"), trial, keys);
  return {merged, keys};
}

base::Place Spec::place(std::string_view section_name, std::string_view key) const {
  const Section& found = section(section_name);
  const auto place = found.places.find(key);
  if (place != found.places.end()) return place->second;
  return {'[' + std::string(section_name) + ']', 0, std::string(key)};
}

void Spec::fail_located(const base::InputError& error) const {
  const std::string_view message = error.what();
  const std::string_view key = message.substr(0, message.find(": "));
  for (const char* section : {"data", "cv", "model", "training"}) {
    if (find_key(consumers(section), key) == nullptr) continue;
    const bool searched = this->section("space").places.contains(key);
    base::fail(place(searched ? "space" : section, key), message.substr(key.size() + 2));
  }
  throw error;
}

}  // namespace tune::tuner
