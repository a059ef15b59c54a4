#include "search/makers.hpp"

namespace tune::search {

const Strategies& strategies() {
  static const Strategies rows(
      "strategy",
      {
          {"grid", "every configuration of a finite space once, in order", {}, make_grid},
          {"list", "the configurations of a file, in order", {}, make_list},
          {"random", "independent draws, none of them twice", {}, make_random},
      });
  return rows;
}

}  // namespace tune::search
