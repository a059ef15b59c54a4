#pragma once

#include <string>

#include "tuner/report/summary.hpp"
#include "tuner/spec/spec.hpp"
#include "tuner/storage/study_store.hpp"
#include "tuner/study/estimator.hpp"
#include "tuner/study/study.hpp"

namespace tune::tuner {

// What all who run a study make of its space file.

/// What of [study] warm_start can be refused without the data. Throws InputError with its place.
void check_warm_start(const Spec& spec, const search::Strategy& strategy);

/// Throws InputError with the place of what the data or the strategy do not allow.
StudyRules rules_of(const Spec& spec, const search::Setting& setting,
                    const search::Strategy& strategy, const Estimator& estimator);

/// What will be done, in one line: a grid's size before it starts.
std::string announcement(const Spec& spec, const search::Strategy& strategy,
                         const StudyRules& rules, const Estimator& estimator, int jobs);

/// What reports say of the study, without its trials.
StudySummary summary_of(const Spec& spec, const search::Strategy& strategy, const StudyRules& rules,
                        const Estimator& estimator);

/// What a store is to say of the study.
StudyEntry entry_of(const Spec& spec, const search::Strategy& strategy, const StudyRules& rules,
                    const Estimator& estimator);

}  // namespace tune::tuner
