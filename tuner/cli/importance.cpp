#include "tuner/cli/importance.hpp"

#include <iostream>

#include "search/base/error.hpp"
#include "tuner/cli/place.hpp"
#include "tuner/report/importance.hpp"
#include "tuner/report/stored_study.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {

void importance(const CommandLine& line) {
  const StudyPlace place = place_of(line);
  const StoredStudy study = load_study(place);
  const auto importance = importance_of(study.summary());
  if (!importance) {
    throw base::InputError(place.text() + ": fewer than two trials have a score to be compared");
  }
  std::cout << importance_text(*importance);
  if (importance->trials < StudyImportance::kEnough) {
    std::cout << "\nThese are few trials: from about " << StudyImportance::kEnough
              << " on the shares mean something.\n";
  }
  std::cout << std::flush;
}

}  // namespace tune::tuner
