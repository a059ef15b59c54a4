#include "search/hyperband.hpp"

#include <mutex>

#include "search/enqueued.hpp"
#include "search/makers.hpp"
#include "search/promotions.hpp"

namespace tune::search {
namespace {

constexpr std::size_t kWalked = 10'000'000;  ///< combinations up to which they are counted

/// Configurations of a finite space, counted up to `enough`; nothing: there are as many, or too
/// few are allowed to be found.
std::optional<std::size_t> count_up_to(const Space& space, std::size_t enough) {
  if (!space.is_finite()) return std::nullopt;
  std::vector<double> row(space.dimensions());
  std::size_t allowed = 0, walked = 0;
  space.first_row(row);
  do {
    if (!space.is_forbidden(row)) ++allowed;
    if (allowed == enough || ++walked == kWalked) return std::nullopt;
  } while (space.next_row(row));
  return allowed == 0 ? std::nullopt : std::optional(allowed);
}

class InBrackets final : public Strategy {
 public:
  InBrackets(Schedule schedule, const Setting& setting, std::unique_ptr<const Strategy> starts)
      : schedule_(std::move(schedule)), window_(setting.window), starts_(std::move(starts)) {}

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    const std::lock_guard lock(mutex_);
    const Promotions& promotions = read(prefix);
    if (const auto parent = promotions.next()) return promote(prefix, *parent);
    if (promotions.complete()) return Done{};
    const std::size_t start = promotions.starts();
    if (start == schedule_.starts()) return Wait{};
    const std::size_t bracket = schedule_.bracket_of(start);
    const bool begins = start > 0 && schedule_.bracket_of(start - 1) != bracket;
    if (begins && promotions.unknown_starts() > window_) return Wait{};
    if (starts_->adaptive() && promotions.unknown_starts() >= window_) return Wait{};
    Move move = starts_->ask(prefix, rng);
    if (auto* proposal = std::get_if<Proposal>(&move)) {
      proposal->epochs = schedule_.bracket(bracket).front().epochs;
      proposal->stage = {bracket, 0};
    }
    return move;
  }

  bool adaptive() const override { return false; }
  std::optional<std::size_t> limit() const override { return schedule_.trials(); }
  const Schedule* schedule() const override { return &schedule_; }
  bool may_continue(const Prefix& prefix, std::size_t trial) const override {
    const std::lock_guard lock(mutex_);
    return read(prefix).may_promote(trial);
  }

 private:
  /// Kept from one prefix to the next: to read a study anew for each trial would take its square.
  const Promotions& read(const Prefix& prefix) const {
    if (!promotions_ || !promotions_->precedes(prefix)) promotions_.emplace(schedule_);
    promotions_->read(prefix);
    return *promotions_;
  }

  Proposal promote(const Prefix& prefix, std::size_t parent) const {
    Proposal proposal = prefix.proposal(parent);
    Stage stage = promotions_->stage(parent);
    ++stage.rung;
    proposal.epochs = schedule_.bracket(stage.bracket)[stage.rung].epochs;
    proposal.parent = parent;
    proposal.stage = stage;
    return proposal;
  }

  const Schedule schedule_;
  const std::size_t window_;
  const std::unique_ptr<const Strategy> starts_;
  mutable std::mutex mutex_;
  mutable std::optional<Promotions> promotions_;
};

}  // namespace

std::vector<base::Key> halving_keys() {
  return {
      base::integer_key("eta", std::int64_t{3}, 2, 1e6,
                        "of so many trials of a rung one goes on to the next, which trains so "
                        "many times as long"),
      base::integer_key("min_epochs", std::int64_t{1}, 1, 1e6,
                        "epochs below which no rung lies; [training] epochs are the last one's")};
}

std::vector<base::Key> hyperband_keys() {
  std::vector<base::Key> keys = halving_keys();
  keys.push_back(base::name_key("sizing", std::string("algorithm"), {"algorithm", "table"},
                                "how many trials a bracket starts: as Algorithm 1 of the paper "
                                "says, or its Table 1"));
  return keys;
}

BracketOptions read_brackets(const Setting& setting, const base::Reader& options) {
  if (setting.space.find("epochs")) {
    throw base::InputError("epochs cannot be searched: the rungs of the brackets set them");
  }
  BracketOptions brackets{.epochs = setting.epochs,
                          .eta = static_cast<int>(options.integer("eta")),
                          .min_epochs = static_cast<int>(options.integer("min_epochs"))};
  if (brackets.min_epochs > brackets.epochs) {
    throw base::InputError("min_epochs: " + std::to_string(brackets.min_epochs) +
                           " is above the epochs of [training], " +
                           std::to_string(brackets.epochs));
  }
  return brackets;
}

Schedule make_schedule(const Setting& setting, std::vector<Bracket> pass) {
  std::size_t starts = 0;
  for (const Bracket& bracket : pass) starts += bracket.front().trials;
  const auto configurations = count_up_to(setting.space, setting.trials.value_or(starts));
  return Schedule(std::move(pass), setting.trials, configurations);
}

Schedule hyperband_schedule(const Setting& setting, const base::Reader& options) {
  BracketOptions brackets = read_brackets(setting, options);
  if (options.text("sizing") == "table") brackets.sizing = Sizing::table;
  return make_schedule(setting, hyperband_pass(brackets));
}

std::unique_ptr<const Strategy> in_brackets(Schedule schedule, const Setting& setting,
                                            std::unique_ptr<const Strategy> starts) {
  return std::make_unique<InBrackets>(std::move(schedule), setting,
                                      enqueued(setting, std::move(starts)));
}

std::unique_ptr<const Strategy> make_halving(const Setting& setting, const base::Reader& options) {
  std::unique_ptr<const Strategy> starts = make_random(setting, options);
  std::vector<Bracket> pass = hyperband_pass(read_brackets(setting, options));
  pass.resize(1);
  return in_brackets(make_schedule(setting, std::move(pass)), setting, std::move(starts));
}

std::unique_ptr<const Strategy> make_hyperband(const Setting& setting,
                                               const base::Reader& options) {
  std::unique_ptr<const Strategy> starts = make_random(setting, options);
  return in_brackets(hyperband_schedule(setting, options), setting, std::move(starts));
}

}  // namespace tune::search
