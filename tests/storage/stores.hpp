#pragma once

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "search/space.hpp"
#include "tests/support/process.hpp"
#include "tests/support/spaces.hpp"
#include "tuner/storage/study_store.hpp"

namespace tune::tests {

/// A store of each kind: a file of this folder, and the server that tests/with_postgres started.
inline std::vector<std::string> store_urls(const Folder& folder) {
  std::vector<std::string> urls = {"sqlite:///" + (folder / "study.db").string()};
  if (const char* server = std::getenv("TUNE_TEST_POSTGRES")) urls.emplace_back(server);
  return urls;
}

/// A study as the store knows it, of a name of its own: the server is shared.
inline tuner::StudyEntry study_entry(const std::string& name) {
  return {.name = name,
          .objectives = {{"mse", false}},
          .space = "{}",
          .canonical = "study.seed = 1\nspace.x = int(0, 9)\nstudy.trials = 5\n",
          .data = "abc",
          .program = "tune 0.1, compiler 12.2.0",
          .summary = "{}"};
}

inline search::Space study_space() {
  return space_of({{"x", "int(0, 9)"}, {"rate", "real(1e-3, 1, log)"}, {"how", "choice(a, b)"}});
}

inline tuner::Planned some_planned(std::int64_t x, std::size_t known = 0) {
  return {{.configuration = {{"x", x}, {"rate", 0.1 / 3}, {"how", std::string("b")}},
           .epochs = 9,
           .parent = {}},
          known};
}

/// A record of that trial with curves of two folds.
inline tuner::TrialRecord some_record(std::size_t number, const tuner::Planned& planned) {
  tuner::TrialRecord record{.number = number,
                            .configuration = planned.proposal.configuration,
                            .budget = 9,
                            .parent = planned.proposal.parent,
                            .from = planned.proposal.parent ? 9 : 0,
                            .stage = planned.proposal.stage};
  for (int fold = 0; fold < 2; ++fold) {
    tuner::FoldResult result;
    result.scores = {1.0 / 3 + fold};
    result.train_scores = {0.1 + fold};
    result.epochs = 3 - fold;
    result.best_epoch = 2;
    result.fit_time = 0.25;
    result.score_time = 1e-5;
    for (int epoch = 0; epoch < result.epochs; ++epoch) {
      result.history.push_back(
          {{"loss", 0.7f / 3 * (epoch + 1)}, {"val_loss", 0.5 + epoch + fold}});
    }
    record.folds.push_back(std::move(result));
  }
  return record;
}

/// Equal to the bit, times included.
inline bool same_record(const tuner::TrialRecord& a, const tuner::TrialRecord& b) {
  const auto same = [](const std::vector<double>& x, const std::vector<double>& y) {
    return std::ranges::equal(
        x, y, [](double p, double q) { return p == q || (std::isnan(p) && std::isnan(q)); });
  };
  if (a.number != b.number || a.configuration != b.configuration || a.budget != b.budget ||
      a.parent != b.parent || a.from != b.from || a.stage != b.stage || a.state != b.state ||
      a.failure != b.failure || a.folds.size() != b.folds.size()) {
    return false;
  }
  for (std::size_t f = 0; f < a.folds.size(); ++f) {
    const tuner::FoldResult &p = a.folds[f], &q = b.folds[f];
    if (!same(p.scores, q.scores) || !same(p.train_scores, q.train_scores) ||
        p.epochs != q.epochs || p.best_epoch != q.best_epoch || p.pruned != q.pruned ||
        p.fit_time != q.fit_time || p.score_time != q.score_time ||
        p.history.size() != q.history.size()) {
      return false;
    }
    for (std::size_t e = 0; e < p.history.size(); ++e) {
      const auto bits = [](const auto& x, const auto& y) {
        return x.first == y.first &&
               (x.second == y.second || (std::isnan(x.second) && std::isnan(y.second)));
      };
      if (!std::ranges::equal(p.history[e], q.history[e], bits)) return false;
    }
  }
  return true;
}

}  // namespace tune::tests
