#include <algorithm>
#include <string>
#include <vector>

#include "search/axis.hpp"
#include "search/brackets.hpp"
#include "search/makers.hpp"

namespace tune::search {
namespace {

constexpr std::size_t kTrials = 50;     ///< unless the user says how many
constexpr std::size_t kFew = 20;        ///< trials from which on outcomes teach more than they cost
constexpr std::size_t kModelled = 200;  ///< trials up to which a Gaussian process is quick
constexpr std::size_t kSides = 20;      ///< parameters up to which it learns in so many trials
constexpr std::size_t kMany = 1000;     ///< trials from which on a distribution is worth moving
constexpr std::size_t kMost = 1'000'000'000;  ///< trials
constexpr std::size_t kListed = 100'000;      ///< configurations up to which a grid is thought of
constexpr int kShared = 9;                    ///< epochs from which on brackets have three rungs

/// What the choice looks at.
struct Facts {
  std::size_t trials;                         ///< of all epochs
  int epochs;                                 ///< of each
  std::optional<std::size_t> configurations;  ///< of the space, if not more than the trials
  std::size_t parameters;                     ///< with more than one value
  bool only_numbers;                          ///< and no conditions
  std::size_t passes;                         ///< of Hyperband, in the epochs of the trials
  std::size_t bracket_trials;                 ///< of the brackets in these epochs
  std::size_t first_rung;                     ///< trials of the largest rung
  std::size_t objectives;
  bool enqueued;  ///< are there start points?
  bool earlier;   ///< are there trials of earlier studies?
};

Facts facts_of(const Setting& setting) {
  const Space& space = setting.space;
  Facts facts{};
  facts.trials = std::min(setting.trials.value_or(kTrials), kMost);
  facts.epochs = setting.epochs;
  facts.objectives = setting.objectives;
  facts.enqueued = !setting.enqueued.empty();
  facts.earlier = setting.earlier;
  if (const auto rows = space.enumerate(std::min(facts.trials, kListed))) {
    facts.configurations = rows->size();
  }
  const std::vector<std::size_t> parameters = varying(space);
  facts.parameters = parameters.size();
  facts.only_numbers = std::ranges::all_of(parameters, [&](std::size_t i) {
    const Parameter& parameter = space.parameters()[i];
    const auto* choice = std::get_if<Choice>(&parameter.domain);
    return parameter.when.always() && (choice == nullptr || choice->ordered);
  });
  if (space.find("epochs") || setting.epochs < kShared) return facts;
  const std::vector<Bracket> pass = hyperband_pass({.epochs = setting.epochs});
  facts.first_rung = pass.front().front().trials;
  std::uint64_t epochs = 0;
  for (const Bracket& bracket : pass) {
    facts.bracket_trials += trials_of(bracket);
    epochs += epochs_resuming(bracket);
  }
  std::uint64_t left = facts.trials * static_cast<std::uint64_t>(setting.epochs);
  facts.passes = left / epochs;
  facts.bracket_trials *= facts.passes;
  left %= epochs;
  for (const Bracket& bracket : pass) {
    if (epochs_resuming(bracket) > left) break;
    left -= epochs_resuming(bracket);
    facts.bracket_trials += trials_of(bracket);
  }
  return facts;
}

std::string number(std::size_t n) {
  return std::to_string(n);
}

std::string shared_epochs(const Facts& facts) {
  return "the epochs of " + number(facts.trials) + " trials are enough for " +
         (facts.passes == 1 ? "a pass" : number(facts.passes) + " passes") + " of Hyperband";
}

struct Rule {
  std::string strategy;
  bool (*fits)(const Facts&);
  std::string (*why)(const Facts&);
  bool in_brackets = false;
};

/// The first rule that fits chooses. What tries configurations by number has no place for start
/// points, and that and brackets make no use of earlier trials.
const std::vector<Rule>& rules() {
  static const std::vector<Rule> rules = {
      {"grid", [](const Facts& f) { return f.configurations && !f.enqueued && !f.earlier; },
       [](const Facts& f) {
         return "all " + number(*f.configurations) + " configurations can be tried";
       }},
      {"evolution", [](const Facts& f) { return f.objectives > 1; },
       [](const Facts& f) {
         return "it ranks trials by " + number(f.objectives) + " objectives at once";
       }},
      {"gp",
       [](const Facts& f) {
         return f.trials >= kFew && f.trials <= kModelled && f.parameters <= kSides;
       },
       [](const Facts& f) {
         return number(f.trials) + " trials of " + number(f.parameters) +
                " parameters are not too many for a Gaussian process";
       }},
      {"bohb",
       [](const Facts& f) {
         return f.passes > 0 && f.first_rung >= 2 * (f.parameters + 1) && !f.earlier;
       },
       shared_epochs, true},
      {"hyperband", [](const Facts& f) { return f.passes > 0 && !f.earlier; },
       [](const Facts& f) {
         return shared_epochs(f) + ", and " + number(f.parameters) +
                " parameters too many for the model of bohb";
       },
       true},
      {"sobol", [](const Facts& f) { return f.trials < kFew; },
       [](const Facts& f) { return number(f.trials) + " trials are too few to learn from"; }},
      {"cmaes", [](const Facts& f) { return f.only_numbers && f.trials >= kMany; },
       [](const Facts& f) {
         return "there are " + number(f.trials) + " trials, and only numbers without conditions";
       }},
      {"tpe", [](const Facts&) { return true; },
       [](const Facts& f) {
         return number(f.trials) + " trials of " + number(f.parameters) + " parameters" +
                (f.only_numbers ? "" : ", not all of them numbers without conditions");
       }},
  };
  return rules;
}

/// Stands for the strategy that suits the setting. Where that one trains in brackets, they get the
/// epochs of so many full trials.
class Auto final : public Strategy {
 public:
  explicit Auto(const Setting& setting) : setting_(setting) {
    const Facts facts = facts_of(setting);
    const Rule& rule = *std::ranges::find_if(rules(), [&](const Rule& r) { return r.fits(facts); });
    chosen_ = {rule.strategy, rule.why(facts)};
    setting_.trials = rule.in_brackets ? facts.bracket_trials : facts.trials;
    const auto& row = strategies().at(rule.strategy);
    const Configuration defaults;
    inner_ = row.make(setting_, base::Reader(defaults, row.keys));
    limit_ = std::min(*setting_.trials, inner_->limit().value_or(*setting_.trials));
  }

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    return prefix.size() - prefix.earlier() < limit_ ? inner_->ask(prefix, rng) : Done{};
  }

  bool adaptive() const override { return inner_->adaptive(); }
  bool by_number() const override { return inner_->by_number(); }
  std::optional<std::size_t> limit() const override { return limit_; }
  const Schedule* schedule() const override { return inner_->schedule(); }
  const Chosen* chosen() const override { return &chosen_; }
  bool may_continue(const Prefix& prefix, std::size_t trial) const override {
    return inner_->may_continue(prefix, trial);
  }

 private:
  Setting setting_;
  Chosen chosen_;
  std::unique_ptr<const Strategy> inner_;
  std::size_t limit_;
};

}  // namespace

std::unique_ptr<const Strategy> make_auto(const Setting& setting, const base::Reader&) {
  return std::make_unique<Auto>(setting);
}

}  // namespace tune::search
