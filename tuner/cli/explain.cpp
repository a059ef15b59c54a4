#include "tuner/cli/explain.hpp"

#include <iostream>

#include "tuner/cli/screen.hpp"
#include "tuner/report/explanation.hpp"

namespace tune::tuner {

void explain(const CommandLine& line) {
  const StoredStudy study = load_study(line.results);
  const std::vector<LossCurve> losses = load_validation_losses(line.results, line.trial);
  std::cout << explanation(study, line.trial, losses, Screen::width()) << std::flush;
}

}  // namespace tune::tuner
