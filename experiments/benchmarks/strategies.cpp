// How good and how fast search strategies are, on functions that cost nothing.
//
//   benchmark_strategies quality [OPTION...] STRATEGY [KEY=VALUE...]
//     a JSON line a function and seed, with the keys of peers/functions.jsonl: f function, s
//     strategy, w window, r seed, v the least values after 10, 20, 50, 100, 150 and 200 evaluations
//       --function NAME   one of functions.hpp; several times: several; default: all
//       --seeds N         how many (20);  --first N: the first one (0)
//       --window N        trials at once (1): trial n is asked with the outcomes below n + 1 - N
//       --evaluations N   evaluations a run (200)
//   benchmark_strategies train [OPTION...] STRATEGY [KEY=VALUE...]
//     asks for the values of trials of LCBench's space, of at most 52 epochs: writes a JSON line
//     {trial, parent, epochs, configuration} and reads a number, to be minimised, until its input
//     ends
//       --first N         the seed (0)
//       --window N, --evaluations N   the study's window (1) and trials (200)
//   benchmark_strategies speed [OPTION...] STRATEGY [KEY=VALUE...]
//     microseconds of asking for a trial and recording it with its outcome, a JSON line
//       --trials N        (100000)
//       --max-seconds S   stop then (60)
//
// KEY=VALUE are options of the strategy, as in [study].
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiments/benchmarks/functions.hpp"
#include "search/strategy.hpp"

namespace {

using namespace tune;

using Clock = std::chrono::steady_clock;
using Value = std::function<double(const search::Proposal&, std::span<const double> row)>;

double seconds(Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

/// What the command line says.
struct Arguments {
  std::vector<std::string> functions;
  std::size_t seeds = 20, first = 0, window = 1, evaluations = 200;
  std::size_t trials = 100'000, max_seconds = 60;
  std::string strategy;
  base::Configuration options;
};

/// The loop of a study on one thread, with the rule of its window.
class Loop {
 public:
  Loop(const Arguments& arguments, search::Setting setting, Value value)
      : setting_(std::move(setting)),
        value_(std::move(value)),
        window_(arguments.window),
        stream_(base::Rng(setting_.seed).split(base::stream::ask)),
        trials_(setting_.space) {
    const auto& row = search::strategies().at(arguments.strategy);
    const base::Reader options(arguments.options, row.keys);
    options.check();
    strategy_ = row.make(setting_, options);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Asks for a trial and records it with its outcome; false if there is none.
  bool step() {
    const Clock::time_point start = Clock::now();
    const std::size_t n = trials_.size();
    if (strategy_->adaptive() && n + 1 > window_) known_ = std::max(known_, n + 1 - window_);
    search::Move move = ask(n);
    while (std::holds_alternative<search::Wait>(move)) {
      ++known_;
      move = ask(n);
    }
    if (std::holds_alternative<search::Done>(move)) return false;
    const auto& proposal = std::get<search::Proposal>(move);
    trials_.add(proposal);
    const Clock::time_point added = Clock::now();
    last_ = value_(proposal, trials_.row(n));
    const Clock::time_point evaluated = Clock::now();
    if (proposal.epochs == setting_.epochs) {
      trials_.finish(n, search::Scored{last_});
    } else {
      trials_.finish(n, search::Pruned{last_, proposal.epochs});
    }
    cost_ = Clock::now() - evaluated + (added - start);
    return true;
  }

  double last() const { return last_; }           ///< value of the last trial
  Clock::duration cost() const { return cost_; }  ///< of the last step, without its evaluation
  std::size_t size() const { return trials_.size(); }

 private:
  search::Move ask(std::size_t n) const {
    return strategy_->ask(search::Prefix(trials_, known_, n), stream_.split(n));
  }

  search::Setting setting_;
  Value value_;
  std::size_t window_;
  base::Rng stream_;
  search::Trials trials_;
  std::unique_ptr<const search::Strategy> strategy_;
  std::size_t known_ = 0;
  double last_ = 0;
  Clock::duration cost_{};
};

void print(const nlohmann::ordered_json& line) {
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

std::string label(const Arguments& arguments) {
  std::string label = arguments.strategy;
  for (const auto& [key, value] : arguments.options)
    label += ' ' + key + '=' + base::to_text(value);
  return label;
}

search::Setting setting_of(const Arguments& arguments, search::Space space, int epochs,
                           std::uint64_t seed) {
  return {.space = std::move(space),
          .epochs = epochs,
          .configurations = {},
          .trials = arguments.evaluations,
          .window = arguments.window,
          .seed = seed};
}

void run_quality(const Arguments& arguments, const benchmarks::Function& function,
                 std::size_t seed) {
  constexpr std::size_t kMarks[] = {10, 20, 50, 100, 150, 200};
  Loop loop(arguments, setting_of(arguments, function.space, 1, seed),
            [&](const auto&, std::span<const double> row) { return function.value(row); });
  double best = std::numeric_limits<double>::infinity();
  std::vector<double> after;
  while (loop.size() < arguments.evaluations && loop.step()) {
    best = std::min(best, loop.last());
    if (std::ranges::find(kMarks, loop.size()) != std::end(kMarks)) after.push_back(best);
  }
  print({{"f", function.name},
         {"s", label(arguments)},
         {"w", arguments.window},
         {"r", seed},
         {"v", after}});
}

int quality(const Arguments& arguments) {
  const std::vector<benchmarks::Function> all = benchmarks::functions();
  for (const std::string& name : arguments.functions) {
    if (std::ranges::find(all, name, &benchmarks::Function::name) == all.end()) {
      std::fprintf(stderr, "there is no function '%s'\n", name.c_str());
      return 2;
    }
  }
  for (const benchmarks::Function& function : all) {
    if (!arguments.functions.empty() &&
        std::ranges::find(arguments.functions, function.name) == arguments.functions.end()) {
      continue;
    }
    for (std::size_t k = 0; k < arguments.seeds; ++k) {
      run_quality(arguments, function, arguments.first + k);
    }
  }
  return 0;
}

int speed(const Arguments& arguments) {
  const Clock::time_point start = Clock::now();
  Loop loop(arguments, setting_of(arguments, benchmarks::mixed_space(), 1, arguments.first),
            [](const auto&, std::span<const double> row) { return benchmarks::mixed_value(row); });
  constexpr std::size_t kMarks[] = {100, 200, 1000, 10'000, 100'000, 1'000'000};
  nlohmann::ordered_json at;
  double total = 0, before_tail = 0;
  for (auto mark = std::begin(kMarks);
       mark != std::end(kMarks) && loop.size() < arguments.trials && loop.step();) {
    total += seconds(loop.cost());
    if (loop.size() == *mark - *mark / 10) before_tail = total;
    if (loop.size() == *mark) {
      const auto n = static_cast<double>(*mark++);
      at[std::to_string(loop.size())] = {{"mean_us", total / n * 1e6},
                                         {"last_us", (total - before_tail) / (n / 10) * 1e6}};
    }
    if (Clock::now() - start > std::chrono::seconds(arguments.max_seconds)) break;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  print({{"bench", "strategy_overhead"},
         {"sampler", label(arguments)},
         {"window", arguments.window},
         {"trials", loop.size()},
         {"at", at},
         {"seconds", seconds(Clock::now() - start)},
         {"peak_mib", static_cast<double>(usage.ru_maxrss) / 1024}});
  return 0;
}

/// LCBench's, as peers/curves.py gives it.
search::Space lcbench_space() {
  return benchmarks::space_of({{"batch_size", "int(16, 512, log)"},
                               {"learning_rate", "reciprocal(1e-4, 1e-1)"},
                               {"momentum", "real(0.1, 0.99)"},
                               {"weight_decay", "real(1e-5, 1e-1)"},
                               {"num_layers", "int(1, 5)"},
                               {"max_units", "int(64, 1024, log)"},
                               {"max_dropout", "real(0, 1)"}});
}

/// Nobody answers any more.
struct Ended {};

double ask_for_value(const search::Proposal& proposal, std::size_t trial) {
  nlohmann::ordered_json configuration;
  for (const auto& [name, value] : proposal.configuration) {
    std::visit([&, &key = name](const auto& v) { configuration[key] = v; }, value);
  }
  print({{"trial", trial},
         {"parent", proposal.parent ? nlohmann::ordered_json(*proposal.parent) : nullptr},
         {"epochs", proposal.epochs},
         {"configuration", configuration}});
  double value = 0;
  if (std::scanf("%lf", &value) != 1) throw Ended();
  return value;
}

int train(const Arguments& arguments) {
  Loop loop(arguments, setting_of(arguments, lcbench_space(), 52, arguments.first),
            [&loop](const search::Proposal& proposal, auto) {
              return ask_for_value(proposal, loop.size() - 1);
            });
  try {
    while (loop.step()) {
    }
  } catch (const Ended&) {
  }
  return 0;
}

int usage() {
  std::fputs(
      "usage: benchmark_strategies quality [--function NAME]... [--seeds N] [--first N] "
      "[--window N] [--evaluations N] STRATEGY [KEY=VALUE...]\n"
      "       benchmark_strategies train [--first N] [--window N] [--evaluations N] STRATEGY "
      "[KEY=VALUE...]\n"
      "       benchmark_strategies speed [--trials N] [--max-seconds S] STRATEGY [KEY=VALUE...]\n",
      stderr);
  return 2;
}

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  const std::map<std::string, std::size_t*> numbers = {
      {"--seeds", &arguments.seeds},   {"--first", &arguments.first},
      {"--window", &arguments.window}, {"--evaluations", &arguments.evaluations},
      {"--trials", &arguments.trials}, {"--max-seconds", &arguments.max_seconds}};
  std::size_t i = 0;
  for (; i + 1 < words.size() && words[i].starts_with("--"); i += 2) {
    if (words[i] == "--function") {
      arguments.functions.push_back(words[i + 1]);
    } else if (const auto number = numbers.find(words[i]); number != numbers.end()) {
      *number->second = std::stoul(words[i + 1]);
    } else {
      throw base::InputError("unknown option " + words[i]);
    }
  }
  if (i == words.size()) throw base::InputError("which strategy?");
  arguments.strategy = words[i++];
  for (; i < words.size(); ++i) {
    const std::size_t sign = words[i].find('=');
    if (sign == std::string::npos) throw base::InputError("expected KEY=VALUE: " + words[i]);
    arguments.options[words[i].substr(0, sign)] = base::parse_value(words[i].substr(sign + 1));
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const std::map<std::string, int (*)(const Arguments&)> parts = {
      {"quality", quality}, {"train", train}, {"speed", speed}};
  const auto part = parts.find(words.empty() ? "" : words[0]);
  if (part == parts.end()) return usage();
  try {
    return part->second(parse({words.begin() + 1, words.end()}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
