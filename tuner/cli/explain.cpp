#include "tuner/cli/explain.hpp"

#include <iostream>

#include "tuner/cli/place.hpp"
#include "tuner/cli/screen.hpp"
#include "tuner/report/explanation.hpp"

namespace tune::tuner {

void explain(const CommandLine& line) {
  const StudyPlace place = place_of(line);
  const StoredStudy study = load_study(place);
  const std::vector<LossCurve> losses = load_validation_losses(place, study.trial(line.trial));
  std::cout << explanation(study, line.trial, losses, Screen::width()) << std::flush;
}

}  // namespace tune::tuner
