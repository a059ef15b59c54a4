#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "search/pruner.hpp"
#include "tuner/spec/list_file.hpp"
#include "tuner/spec/spec.hpp"

namespace tune::tuner {

// What is in force for the strategy, the builders and the training that a space file names, and
// the rules that reach over more than one key. All throw InputError with the place.

/// The keys of [study], of its strategy and its pruner; the strategy's win: they may narrow one of
/// [study].
std::vector<base::Key> keys_of_study(std::span<const Entry> entries,
                                     const std::filesystem::path& folder);

/// Takes out of the first entries, those of the file, the keys of the strategy and pruner that the
/// file names and the other entries, those of the command line, put others in the place of: one
/// file serves to compare them.
void drop_displaced(std::vector<Entry>& entries, std::size_t of_file_left,
                    std::span<const Entry> of_file);

/// What [study] names; null for none.
std::shared_ptr<const search::Pruner> make_pruner(const Section& section,
                                                  const base::Reader& study);

/// Early stopping and the rows that it watches go together: without the one, the other is off by
/// default too, unless the study's pruner watches them as well.
std::vector<base::Key> keys_of_training(const Section& section, SpaceSection& space,
                                        const search::Pruner* pruner);

/// The file of `strategy = list`; without configurations for others.
ListFile read_list_of(std::span<const Entry> entries, const std::filesystem::path& folder);

/// Every builder that a trial may have.
std::vector<std::string> builders_in_force(std::span<const Entry> entries, SpaceSection& space,
                                           const ListFile& list);

/// Durations, objectives, names of folders, `list` with its strategy.
void check_study(const Section& study);

/// A name is fixed or varied, not both.
void check_places(const std::map<std::string, Section, std::less<>>& sections,
                  const SpaceSection& space);

}  // namespace tune::tuner
