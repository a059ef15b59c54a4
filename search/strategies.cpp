#include "search/hyperband.hpp"
#include "search/makers.hpp"

namespace tune::search {

const Strategies& strategies() {
  static const Strategies rows(
      "strategy",
      {
          {"grid", "every configuration of a finite space once, in order", {}, make_grid},
          {"halving",
           "successive halving: many draws for few epochs, the best of them for more and more",
           halving_keys(), make_halving},
          {"hyperband",
           "brackets of successive halving, from many draws at few epochs to few at all of them",
           hyperband_keys(), make_hyperband},
          {"list", "the configurations of a file, in order", {}, make_list},
          {"random", "independent draws, none of them twice", {}, make_random},
      });
  return rows;
}

}  // namespace tune::search
