#include "search/origin.hpp"

#include "search/base/text.hpp"

namespace tune::search {

std::string trial_name(const Prefix& prefix, std::size_t trial) {
  if (trial < prefix.earlier()) return "trial " + std::to_string(trial) + " of an earlier study";
  return "trial " + std::to_string(trial - prefix.earlier());
}

std::string outcomes_text(const Prefix& prefix) {
  return base::counted(prefix.known(), "outcome") +
         (prefix.earlier() == 0
              ? ""
              : ", " + base::grouped_digits(prefix.earlier()) + " of them of earlier studies");
}

std::string before_model(const Prefix& prefix, std::size_t needed) {
  if (prefix.known() >= needed) {
    return "drawn at random, since of " + outcomes_text(prefix) + " too few are scores for a model";
  }
  return "drawn at random, since " + std::to_string(prefix.known()) + " of the " +
         base::counted(needed, "outcome") + " were known that a model takes";
}

std::string beside_model(const std::string& model) {
  return "drawn at random, since all that " + model + " led to has been tried or is forbidden";
}

}  // namespace tune::search
