#pragma once

#include <memory>

#include "search/strategy.hpp"

namespace tune::search {

// What the rows of strategies() call; each stands in the file of its strategy.

std::unique_ptr<const Strategy> make_cmaes(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_auto(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_bohb(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_evolution(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_gp(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_grid(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_halving(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_hyperband(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_list(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_random(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_sobol(const Setting& setting, const base::Reader& options);
std::unique_ptr<const Strategy> make_tpe(const Setting& setting, const base::Reader& options);

}  // namespace tune::search
