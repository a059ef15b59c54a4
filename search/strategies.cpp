#include "search/bohb.hpp"
#include "search/evolution.hpp"
#include "search/gp.hpp"
#include "search/hyperband.hpp"
#include "search/makers.hpp"
#include "search/tpe.hpp"

namespace tune::search {

const Strategies& strategies() {
  static const Strategies rows(
      "strategy",
      {
          {"auto", "the one that suits the space, the trials and their epochs", {}, make_auto},
          {"bohb",
           "the brackets of Hyperband, started where the good trials of the most epochs are dense",
           bohb_keys(), make_bohb},
          {"cmaes",
           "CMA-ES with margin: a normal distribution that moves to where good trials are",
           {base::positive_key("sigma0", 0.1667, 1,
                               "first standard deviation, as a share of the ranges"),
            base::text_key("x0", std::string(),
                           "where it starts, as NAME = VALUE, ...; default: the middle"),
            base::integer_key(
                "popsize", std::string("auto"), 2, 100000,
                "trials a generation; auto: 4, from 4 parameters on 6, from 15 on 8, and so on",
                {"auto"}),
            base::flag_key("restarts", true,
                           "once it has converged, start anywhere with twice the popsize")},
           make_cmaes},
          {"evolution",
           "genetic search: children of the best trials so far, of several objectives by NSGA-II",
           evolution_keys(), make_evolution},
          {"gp", "Gaussian process: the trial of largest expected improvement, for costly trials",
           gp_keys(), make_gp},
          {"grid", "every configuration of a finite space once, in order", {}, make_grid},
          {"halving",
           "successive halving: many draws for few epochs, the best of them for more and more",
           halving_keys(), make_halving},
          {"hyperband",
           "brackets of successive halving, from many draws at few epochs to few at all of them",
           hyperband_keys(), make_hyperband},
          {"list", "the configurations of a file, in order", {}, make_list},
          {"random", "independent draws, none of them twice", {}, make_random},
          {"sobol", "points of a Sobol sequence: random draws, but evenly spread", {}, make_sobol},
          {"tpe",
           "tree-structured Parzen estimators: draws where good trials are dense and others are "
           "not",
           tpe_keys(), make_tpe},
      });
  return rows;
}

std::vector<std::string> strategies_of_several_objectives() {
  return {"auto", "evolution", "grid", "list", "random", "sobol"};
}

}  // namespace tune::search
