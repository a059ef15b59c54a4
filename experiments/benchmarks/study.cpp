// What the study's loop costs: a random search whose objective costs nothing, without a store.
//
//   benchmark_study TRIALS [JOBS]     (1000000, 2)
//     a JSON line: seconds and peak_mib
#include "tuner/study/study.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "experiments/benchmarks/functions.hpp"
#include "search/strategy.hpp"

namespace {

using namespace tune;

/// One fold, whose score is a parameter's value.
class Null final : public tuner::Objective {
 public:
  std::size_t folds() const override { return 1; }
  tuner::FoldResult evaluate(const tuner::Trial& trial, std::size_t,
                             const std::function<bool()>&) const override {
    tuner::FoldResult result;
    result.scores = {std::get<double>(trial.proposal.configuration.find("y")->second)};
    return result;
  }
};

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  const std::size_t trials = argc > 1 ? std::stoul(argv[1]) : 1'000'000;
  const int jobs = argc > 2 ? std::stoi(argv[2]) : 2;
  const search::Setting setting{
      .space = benchmarks::mixed_space(), .configurations = {}, .trials = trials};
  const auto& row = search::strategies().at("random");
  const base::Configuration defaults;
  const auto strategy = row.make(setting, base::Reader(defaults, row.keys));

  const Clock::time_point start = Clock::now();
  const auto executor = tuner::make_executor(jobs);
  const std::atomic<bool> stop = false;
  tuner::StudyRules rules;
  rules.trials = trials;
  rules.metric = {"mse"};
  std::size_t ended = 0;
  run_study(setting.space, *strategy, rules, Null(), *executor, stop, [](const auto&) {},
            {.table = [&](const auto&) { ++ended; }});
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const nlohmann::ordered_json line = {{"bench", "study"},
                                       {"trials", ended},
                                       {"jobs", jobs},
                                       {"seconds", seconds},
                                       {"peak_mib", static_cast<double>(usage.ru_maxrss) / 1024}};
  std::printf("%s\n", line.dump().c_str());
  return 0;
}
