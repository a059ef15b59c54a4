#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tuner/storage/database.hpp"
#include "tuner/study/record.hpp"

namespace tune::tuner {

/// What a store says of a study, beside its trials.
struct StudyEntry {
  std::string name;
  std::vector<MetricInfo> objectives;  ///< at least one; none where it was read from a store
  std::string space;                   ///< the text of its space file, for those who join it
  std::string canonical;               ///< Spec::canonical
  std::string data;                    ///< fingerprint of the data
  std::string program;                 ///< what decides the bits of a result
  std::string summary;                 ///< JSON: what the study is (see study_head)
};

/// Opens a study of that name, or makes it, and returns its number (Optuna's study_id). From then
/// on it goes as far as this says. Throws InputError: it is there, and space, seed, data or program
/// differ, all of which it lists; it is there and was made by Optuna.
long long open_study(Database& database, const StudyEntry& study);

/// Nothing if there is none of that name.
std::optional<long long> find_study(Database& database, const std::string& name);
/// Nothing if the study is not of ours.
std::optional<StudyEntry> read_study(Database& database, long long study);

/// What makes them different studies: space, seed, data, program; empty if nothing does.
std::vector<std::string> changes(const StudyEntry& recorded, const StudyEntry& now);

/// What differs between two canonical texts, but for what may change while a study goes on (how
/// far, how long, what is kept): "study.seed: 42, now 43".
std::vector<std::string> differences(const std::string& recorded, const std::string& now);

/// One of these lists as a text.
std::string listed(const std::vector<std::string>& changes);

/// Names of all studies, in the order in which they were made.
std::vector<std::string> study_names(Database& database);
/// SQL that locks a study's row of PostgreSQL, as what `Database::change` begins with; SQLite's
/// transaction has locked the whole file.
std::string lock_of(long long study);
/// Throws InputError if a process works on a study. To be called within Database::read or change.
void require_idle(Database& database, long long study);
/// Removes a study with all its trials, and those who work on it: they can write no more. Unless
/// `force`, throws InputError if there is one.
void remove_study(Database& database, long long study, bool force);

}  // namespace tune::tuner
