#pragma once

#include "tuner/storage/database.hpp"

namespace tune::tuner {

/// Makes the tables where they are not yet: those of Optuna's RDB storage (schema 12, alembic
/// v3.2.0.a: optuna/storages/_rdb/models.py), so that Optuna opens the store as its own, and beside
/// them ours, whose names start with `tune_`. Throws InputError if the store was made by an Optuna
/// whose tables differ, or by a `tune` that is newer.
///
///  tune_studies    one row a study of ours: what it is, as text
///  tune_workers    one row a process: until when its claims hold
///  tune_trials     one row a trial of ours: who asked for what, who runs it, what came out
///  tune_histories  the curves of a trial, apart from it as they are large and seldom read
void make_tables(Database& database);

/// Throws InputError unless the tables of Optuna are there, in this version.
void require_tables(Database& database);

/// Are there tables of Optuna, in whatever version?
bool has_tables(Database& database);

/// Are there tables of ours? Optuna's may be there without them.
bool has_our_tables(Database& database);

}  // namespace tune::tuner
