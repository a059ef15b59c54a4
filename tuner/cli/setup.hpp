#pragma once

#include <memory>

#include "search/strategy.hpp"
#include "tuner/cli/options.hpp"
#include "tuner/data/dataset.hpp"
#include "tuner/spec/spec.hpp"

namespace tune::tuner {

// What the verbs make of a space file.

search::Setting setting_of(const Spec& spec);
/// The strategy of [study]; the setting must outlive it. Throws InputError with the place.
std::unique_ptr<const search::Strategy> make_strategy(const Spec& spec,
                                                      const search::Setting& setting);
/// "tpe"; "auto (tpe)".
std::string strategy_text(const Spec& spec, const search::Strategy& strategy);
/// "auto has chosen tpe: 50 trials of 3 parameters"; empty if it has chosen none.
std::string chosen_text(const search::Strategy& strategy);
/// Trials at the most: those of [study], else as many as the strategy has, else 10.
std::size_t trials_of(const Spec& spec, const search::Strategy& strategy);
/// The first one of a list, else the middle of the space.
base::Configuration typical(const Spec& spec);
/// The largest number that a trial may have of an integer key of [training].
std::int64_t largest(const Spec& spec, std::string_view key);
/// The rows of [data].
Dataset load_data(const Spec& spec);
/// --jobs, or all cores.
int jobs_of(const CommandLine& line);
/// --checkpoints, in bytes.
std::size_t checkpoint_bytes(const CommandLine& line);

}  // namespace tune::tuner
