#include "tuner/cli/setup.hpp"

#include <algorithm>
#include <thread>

#include "search/base/error.hpp"
#include "search/enqueued.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kDefaultTrials = 10;

std::optional<std::size_t> wanted_trials(const Spec& spec) {
  const base::Reader study = spec.study();
  if (!study.has("trials")) return std::nullopt;
  return static_cast<std::size_t>(study.integer("trials"));
}

/// What knows one objective only says so when there are several.
void check_objectives(const Spec& spec) {
  const std::size_t objectives = spec.objectives().size();
  if (objectives == 1) return;
  const base::Reader study = spec.study();
  const std::string name = study.text("strategy");
  const std::vector<std::string> able = search::strategies_of_several_objectives();
  const std::string but = " one metric, but " + std::to_string(objectives) + " are to be optimised";
  if (std::ranges::find(able, name) == able.end()) {
    std::string names;
    for (const std::string& each : able) names += (names.empty() ? "" : ", ") + each;
    base::fail(spec.place("study", "strategy"),
               "'" + name + "' knows" + but + "; for several: " + names);
  }
  for (const char* key : {"pruner", "target_value", "stall_limit", "improvement_limit"}) {
    if (!study.is(key, "none")) base::fail(spec.place("study", key), "knows" + but);
  }
}

}  // namespace

search::Setting setting_of(const Spec& spec) {
  base::Configuration merged;
  const base::Reader training = spec.training({}, merged);
  return {.space = spec.space(),
          .epochs = static_cast<int>(training.integer("epochs")),
          .configurations = spec.listed(),
          .trials = wanted_trials(spec),
          .window = static_cast<std::size_t>(spec.study().integer("window")),
          .seed = static_cast<std::uint64_t>(spec.study().integer("seed")),
          .enqueued = spec.enqueued(),
          .earlier = spec.warm_start().has_value(),
          .objectives = spec.objectives().size()};
}

std::unique_ptr<const search::Strategy> make_strategy(const Spec& spec,
                                                      const search::Setting& setting) {
  check_objectives(spec);
  const base::Reader study = spec.study();
  const auto& row = search::strategies().at(study.text("strategy"));
  try {
    auto strategy = row.make(setting, study);
    // In brackets they are among the starts.
    return strategy->schedule() != nullptr ? std::move(strategy)
                                           : search::enqueued(setting, std::move(strategy));
  } catch (const base::InputError& error) {
    // A message that starts with one of its keys is about that key.
    const std::string message = error.what(), key = message.substr(0, message.find(": "));
    if (key == "enqueue") {
      base::fail(spec.place(study.is("enqueue", "none") ? "space" : "study", key),
                 message.substr(key.size() + 2));
    }
    const bool of_key = key == "trials" || base::find_key(row.keys, key) != nullptr;
    base::fail(spec.place("study", of_key ? key : "strategy"),
               of_key ? message.substr(key.size() + 2) : message);
  }
}

std::string strategy_text(const Spec& spec, const search::Strategy& strategy) {
  const std::string name = spec.study().text("strategy");
  return strategy.chosen() == nullptr ? name : name + " (" + strategy.chosen()->strategy + ')';
}

std::string chosen_text(const search::Strategy& strategy) {
  const search::Chosen* chosen = strategy.chosen();
  return chosen == nullptr ? "" : "auto has chosen " + chosen->strategy + ": " + chosen->reason;
}

std::size_t trials_of(const Spec& spec, const search::Strategy& strategy) {
  const std::size_t most = strategy.limit().value_or(kDefaultTrials);
  const auto wanted = wanted_trials(spec);
  if (!wanted || strategy.schedule() != nullptr) return most;
  return strategy.limit() ? std::min(*wanted, most) : *wanted;
}

base::Configuration typical(const Spec& spec) {
  if (!spec.listed().empty()) return spec.listed().front();
  return spec.space().decode(std::vector<double>(spec.space().dimensions(), 0.5));
}

std::int64_t largest(const Spec& spec, std::string_view key) {
  const auto searched = spec.space().find(key);
  if (!searched) {
    base::Configuration merged;
    return spec.training({}, merged).integer(key);
  }
  const search::Domain& domain = spec.space().parameters()[*searched].domain;
  double most = 0;
  for (std::uint64_t i = 0; i < search::count(domain).value_or(0); ++i) {
    most = std::max(most, base::to_number(search::value_at(domain, i)));
  }
  return static_cast<std::int64_t>(most);
}

Dataset load_data(const Spec& spec) {
  const base::Rng rng(static_cast<std::uint64_t>(spec.study().integer("seed")));
  return spec.located(
      [&] { return load_dataset(spec.data(), spec.folder(), rng.split(base::stream::data)); });
}

int jobs_of(const CommandLine& line) {
  return line.jobs > 0 ? line.jobs
                       : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

std::size_t checkpoint_bytes(const CommandLine& line) {
  return static_cast<std::size_t>(line.checkpoints) << 20;
}

}  // namespace tune::tuner
