#pragma once

#include <memory>

#include "search/pruner.hpp"

namespace tune::search {

// What the rows of pruners() call; each stands in the file of its pruner.

std::vector<base::Key> percentile_keys();
std::vector<base::Key> median_keys();
std::vector<base::Key> threshold_keys();
std::vector<base::Key> patient_keys();
std::vector<base::Key> racing_keys();

std::unique_ptr<const Pruner> make_percentile(const base::Reader& options);
std::unique_ptr<const Pruner> make_median(const base::Reader& options);
std::unique_ptr<const Pruner> make_threshold(const base::Reader& options);
std::unique_ptr<const Pruner> make_patient(const base::Reader& options);
std::unique_ptr<const Pruner> make_racing(const base::Reader& options);

}  // namespace tune::search
