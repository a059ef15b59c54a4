#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "search/base/reader.hpp"
#include "search/pruner.hpp"
#include "search/space.hpp"
#include "tuner/spec/earlier.hpp"
#include "tuner/spec/ini.hpp"
#include "tuner/spec/objectives.hpp"
#include "tuner/spec/values.hpp"

namespace tune::tuner {

/// The fixed values of one section with the place where each was written.
struct Section {
  base::Configuration values;
  std::map<std::string, base::Place, std::less<>> places;
};

struct SpaceSection;

/// A validated space file with the command line's overrides: what a study does, all of it.
/// Immutable. Readers that it gives out must not outlive it.
///
/// Every value has been checked against the keys that its consumer declares: [study] (study_keys
/// and those of the strategy and the pruner), [data], [cv], [training], [model] (the keys of the
/// builder), and each value that a parameter of [space] can take, against the [model] or [training]
/// key of its name. Numbers have the type of their key: 1 is a double where the key is real, 1e3 an
/// integer where it is integer.
class Spec {
 public:
  /// Reads a file; `overrides` (from the command line) win over its entries: one for [model] or
  /// [training] takes the place of a parameter of that name in [space], and of the comparisons with
  /// it in conditions; one for [space] takes the place of a fixed value. `forbid` adds to the
  /// file's. Throws InputError `FILE:LINE: KEY: what is wrong, what is allowed`.
  static Spec read(const std::filesystem::path& file, std::span<const Entry> overrides);
  /// The same from entries; `folder` is where relative paths start.
  static Spec from(std::vector<Entry> entries, std::filesystem::path folder,
                   std::span<const Entry> overrides);

  const std::filesystem::path& folder() const { return folder_; }
  base::Reader study() const;
  /// What trials are ranked by: the entries of [study] metric, or one without a name, for the
  /// metric that is usual for the data.
  std::vector<ObjectiveName> objectives() const;
  base::Reader data() const;
  base::Reader cv() const;
  /// [training] with the values that a trial's configuration gives. `merged` receives them and
  /// must outlive the reader.
  base::Reader training(const base::Configuration& trial, base::Configuration& merged) const;
  /// The keys of [model] that all builders share. `merged` as above.
  base::Reader any_model(const base::Configuration& trial, base::Configuration& merged) const;
  /// The name of the builder of a trial.
  std::string builder(const base::Configuration& trial) const;
  /// The options of that builder: those of [model] and of the trial that it knows. `merged`
  /// receives them and must outlive the reader.
  base::Reader model(const base::Configuration& trial, base::Configuration& merged) const;

  const search::Space& space() const { return space_; }
  /// What ends trials early; null: nothing does.
  const search::Pruner* pruner() const { return pruner_.get(); }
  /// The configurations of `strategy = list`, as read from its file; each is of the space.
  const std::vector<base::Configuration>& listed() const { return listed_; }
  /// Start points: those of [space], then those of the file of [study]. Some or all values of a
  /// configuration each.
  const std::vector<base::Configuration>& enqueued() const { return enqueued_; }
  /// The earlier study of [study] warm_start, its trials those that are of the space.
  const std::optional<Earlier>& warm_start() const { return warm_start_; }
  /// Where a fixed value, or a parameter of "space", was written, for messages of those who read
  /// it; the section and the key alone if it was not.
  base::Place place(std::string_view section, std::string_view key) const;
  /// Where a forbid of the space was written.
  const base::Place& forbid_place(std::size_t index) const { return forbid_places_[index]; }
  /// Runs `action`. An InputError that starts with a key of [data], [cv], [model] or [training],
  /// `KEY: `, as those who read these sections write it, gets the place of that key in front.
  template <class Action>
  auto located(Action action) const {
    try {
      return action();
    } catch (const base::InputError& error) {
      fail_located(error);
    }
  }

  /// The space file that trains just this configuration: every fixed value, the configuration in
  /// [model] and [training], one trial; the study's name gets "_best", files their full path.
  std::string pinned_to(const base::Configuration& trial) const;
  /// The same study for another process, wherever it runs: the entries of its file and of the
  /// command line as JSON, with full paths and its name.
  std::string portable() const;
  /// Reads that; messages name `file`.
  static Spec from_portable(const std::string& text, const std::string& file);
  /// Equal for equal studies: "section.key = value", one a line, sorted, without those that equal
  /// their default; then the parameters in their order, which strategies depend on, `forbid`
  /// sorted, and the listed configurations.
  std::string canonical() const;

 private:
  [[noreturn]] void fail_located(const base::InputError& error) const;
  void read_earlier(const SpaceSection& space);
  void read_section(const std::string& name, std::span<const Entry> entries);
  const Section& section(std::string_view name) const;
  std::vector<Consumer> consumers(std::string_view section) const;

  std::vector<Entry> entries_, overrides_;  ///< as they were given
  std::filesystem::path folder_;
  std::map<std::string, Section, std::less<>> sections_;  ///< all six; "space" has only places
  std::vector<base::Key> study_keys_;                     ///< with those of the strategy
  std::vector<base::Key> training_keys_;  ///< with the defaults that depend on other values
  std::vector<std::string> builders_;     ///< every builder that a trial may have
  search::Space space_;
  std::vector<base::Place> forbid_places_;
  std::shared_ptr<const search::Pruner> pruner_;
  std::vector<base::Configuration> listed_, enqueued_;
  std::optional<Earlier> warm_start_;
};

/// study, data, cv, model, training, space.
std::span<const std::string> section_names();
/// Keys of [study]: name, strategy, list, trials, seed, metric, metrics, window, pruner,
/// time_limit, target_value, epoch_limit, stall_limit, improvement_limit, enqueue, enqueue_best,
/// warm_start, attempts, refit, repeats. `trials` has no default here: who runs a study takes the
/// limit of its strategy, or 10.
std::span<const base::Key> study_keys();
/// Keys of [training]: epochs, batch, validation, patience, min_delta, shuffle, restore_best.
std::span<const base::Key> training_keys();
/// Keys of [model] whatever the builder: builder, reuse, reuse_layers, reuse_frozen.
std::span<const base::Key> model_keys();

}  // namespace tune::tuner
