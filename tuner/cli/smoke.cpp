#include "tuner/cli/smoke.hpp"

#include <iostream>

#include "search/branches.hpp"
#include "tuner/cli/rules.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cli/watch.hpp"
#include "tuner/report/progress.hpp"
#include "tuner/report/text.hpp"
#include "tuner/study/estimator.hpp"
#include "tuner/study/study.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kRows = 256;      ///< of a fold
constexpr std::size_t kBranches = 500;  ///< combinations up to which all are tried

search::Branches branches_of(const Spec& spec) {
  if (!spec.listed().empty()) return {spec.listed(), true};
  const base::Rng rng(static_cast<std::uint64_t>(spec.study().integer("seed")));
  return search::branches_of(spec.space(), kBranches, rng.split(base::stream::ask));
}

std::string announcement(const search::Branches& branches, std::size_t rows) {
  return "smoke: " + counted(branches.configurations.size(), "configuration") +
         (branches.complete ? ", every branch of the space"
                            : ", every value that a condition looks at") +
         "; an epoch on " + counted(rows, "row") + " each";
}

}  // namespace

int smoke(const CommandLine& line) {
  const Spec spec = Spec::read(line.space, line.overrides);
  const search::Setting setting = setting_of(spec);
  const auto strategy = make_strategy(spec, setting);
  Estimator estimator(spec, load_data(spec));
  rules_of(spec, setting, *strategy, estimator);  // for what it refuses
  estimator.thin(kRows);
  const search::Branches branches = branches_of(spec);
  const std::size_t rows = estimator.partition().folds.front().train.size();
  if (!line.quiet) std::cout << announcement(branches, rows) << std::endl;

  const Watch watch({.time_limit = std::nullopt, .tick = [] {}, .farewell = [] {}});
  std::size_t failed = 0;
  for (base::Configuration configuration : branches.configurations) {
    configuration.erase("epochs");  // one, however many a trial would have
    const FoldResult result =
        evaluate_caught(estimator, {.number = 0, .proposal = {configuration, 1, {}}, .from = 0}, 0,
                        [&] { return watch.interrupted(); });
    if (result.cancelled) return 130;
    if (result.failure.empty()) continue;
    ++failed;
    const std::string name = parameter_list(configuration, spec.space());
    std::cerr << "failed: " << (name.empty() ? "" : name + ": ") << result.failure << std::endl;
  }
  if (!line.quiet) {
    std::cout << (failed == 0 ? "all can be trained"
                              : std::to_string(failed) + " of " +
                                    std::to_string(branches.configurations.size()) + " failed")
              << std::endl;
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace tune::tuner
