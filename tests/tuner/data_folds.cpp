#include <algorithm>
#include <numeric>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/tuner/data_support.hpp"
#include "tuner/data/folds.hpp"
#include "tuner/data/splits.hpp"

using namespace tune;
using tests::message_of, tests::TemporaryFolder;
using tuner::Partition, tuner::Rows;

namespace {

using Keys = std::map<std::string, std::string>;

tuner::Dataset rows_of(std::size_t count, const std::vector<int>& labels = {}) {
  tuner::Dataset data;
  data.x.setZero(1, static_cast<Eigen::Index>(count));
  data.y.setZero(1, data.x.cols());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    data.y(0, static_cast<Eigen::Index>(i)) = static_cast<float>(labels[i]);
  }
  if (labels.empty()) return data;
  data.task = tuner::Task::multiclass;
  for (int c = 0; c <= *std::ranges::max_element(labels); ++c) {
    data.classes.push_back(std::string(1, static_cast<char>('a' + c)));
  }
  return data;
}

Partition partition(const tuner::Dataset& data, const Keys& data_keys, const Keys& cv_keys,
                    const std::string& validation = "none", std::uint64_t seed = 1) {
  base::Configuration data_options, cv_options;
  for (const auto& [key, value] : data_keys) data_options[key] = base::parse_value(value);
  for (const auto& [key, value] : cv_keys) cv_options[key] = base::parse_value(value);
  return make_partition(data, base::Reader(data_options, tuner::data_keys()),
                        base::Reader(cv_options, tuner::cv_keys()), base::parse_value(validation),
                        base::Rng(seed));
}

Rows sum(std::initializer_list<Rows> sets) {
  Rows all;
  for (const Rows& set : sets) all.insert(all.end(), set.begin(), set.end());
  std::ranges::sort(all);
  return all;
}

Rows all_rows(std::size_t count) {
  Rows rows(count);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

std::vector<std::size_t> counts(const tuner::Dataset& data, const Rows& rows) {
  std::vector<std::size_t> count(data.classes.size());
  for (const std::uint32_t row : rows) ++count[static_cast<std::size_t>(data.y(0, row))];
  return count;
}

const std::vector<int> kLabels = [] {
  std::vector<int> labels(60, 0);
  std::fill_n(labels.begin(), 20, 1);
  std::fill_n(labels.begin() + 20, 10, 2);
  return labels;
}();

}  // namespace

TEST_CASE("folds without shuffle are scikit-learn's") {
  for (const auto& row : tests::golden_data("splits")) {
    const std::string kind = row.at("kind");
    CAPTURE(kind, row.dump());
    tuner::Dataset data = rows_of(row.at("rows"), row.value("labels", std::vector<int>{}));
    data.groups = row.value("groups", std::vector<std::uint32_t>{});
    data.folds = row.value("column", std::vector<std::int32_t>{});
    const Partition split =
        partition(data, {}, {{"kind", kind}, {"folds", row.at("k").dump()}, {"shuffle", "no"}});
    REQUIRE(split.folds.size() == row.at("folds").size());
    for (std::size_t i = 0; i < split.folds.size(); ++i) {
      CHECK(split.folds[i].train == row["folds"][i]["train"].get<Rows>());
      CHECK(split.folds[i].score == row["folds"][i]["score"].get<Rows>());
      CHECK(split.folds[i].validation.empty());
    }
  }
}

TEST_CASE("held-out rows are as many as train_test_split takes, of each class too") {
  for (const auto& row : tests::golden_data("held_out")) {
    const auto labels = row.value("labels", std::vector<int>{});
    const tuner::Dataset data =
        rows_of(labels.empty() ? row.at("rows").get<std::size_t>() : labels.size(), labels);
    const Partition split =
        partition(data, {{"test", row.at("fraction").dump()}}, {{"folds", "2"}});
    if (labels.empty()) {
      CHECK(split.test.size() == row.at("taken").get<std::size_t>());
    } else {
      CHECK(counts(data, split.test) == row.at("taken").get<std::vector<std::size_t>>());
    }
    CHECK(sum({split.test, split.train}) == all_rows(data.rows()));
  }
}

TEST_CASE("shuffled folds share all rows out, each once, and depend on the seed") {
  const tuner::Dataset data = rows_of(23);
  const Partition split = partition(data, {}, {{"folds", "4"}});
  Rows scored;
  for (const tuner::Fold& fold : split.folds) {
    CHECK(std::ranges::is_sorted(fold.score));
    CHECK((fold.score.size() == 5 || fold.score.size() == 6));
    CHECK(sum({fold.train, fold.score}) == all_rows(23));
    scored = sum({scored, fold.score});
  }
  CHECK(scored == all_rows(23));
  CHECK(partition(data, {}, {{"folds", "4"}}).folds[0].score == split.folds[0].score);
  CHECK(partition(data, {}, {{"folds", "4"}}, "none", 2).folds[0].score != split.folds[0].score);
}

TEST_CASE("classifications are stratified throughout unless kind says otherwise") {
  const tuner::Dataset data = rows_of(60, kLabels);
  const Partition split =
      partition(data, {{"test", "0.2"}, {"holdout", "0.25"}}, {{"folds", "3"}}, "0.5");
  using Counts = std::vector<std::size_t>;
  CHECK(counts(data, split.test) == Counts{6, 4, 2});
  CHECK(counts(data, split.holdout) == Counts{6, 4, 2});
  CHECK(counts(data, split.train) == Counts{18, 12, 6});
  CHECK(sum({split.test, split.holdout, split.train}) == all_rows(60));
  for (const tuner::Fold& fold : split.folds) {
    CHECK(counts(data, fold.score) == Counts{6, 4, 2});
    CHECK(counts(data, fold.validation) == Counts{6, 4, 2});
    CHECK(counts(data, fold.train) == Counts{6, 4, 2});
    CHECK(sum({fold.score, fold.validation, fold.train}) == split.train);
  }
  // The first 20 rows are one class, so that blocks of rows show that nothing is stratified.
  const Partition blocks = partition(data, {}, {{"kind", "kfold"}, {"shuffle", "no"}});
  CHECK(counts(data, blocks.folds[0].score) == Counts{0, 20, 0});
}

TEST_CASE("groups are never torn apart") {
  tuner::Dataset data = rows_of(100);
  for (std::uint32_t i = 0; i < 100; ++i) data.groups.push_back(i * i % 17);
  const auto groups = [&](const Rows& rows) {
    std::set<std::uint32_t> set;
    for (const std::uint32_t row : rows) set.insert(data.groups[row]);
    return set;
  };
  const Partition split =
      partition(data, {{"test", "0.2"}, {"holdout", "0.2"}}, {{"folds", "3"}}, "0.3");
  CHECK(split.test.size() >= 20);
  CHECK(sum({split.test, split.holdout, split.train}) == all_rows(100));
  for (const tuner::Fold& fold : split.folds) {
    const std::size_t together = groups(fold.train).size() + groups(fold.validation).size() +
                                 groups(fold.score).size() + groups(split.test).size() +
                                 groups(split.holdout).size();
    CHECK(together == groups(all_rows(100)).size());
    CHECK(sum({fold.train, fold.validation, fold.score}) == split.train);
  }
}

TEST_CASE("a time series is held out and validated at its end") {
  const Partition split = partition(rows_of(100), {{"test", "0.2"}, {"holdout", "0.25"}},
                                    {{"kind", "timeseries"}, {"folds", "2"}}, "0.5");
  CHECK((split.test.front() == 80 && split.test.size() == 20));
  CHECK((split.holdout.front() == 60 && split.holdout.back() == 79));
  REQUIRE(split.folds.size() == 2);
  CHECK(split.folds[0].train == all_rows(10));
  CHECK((split.folds[0].validation.front() == 10 && split.folds[0].validation.back() == 19));
  CHECK((split.folds[0].score.front() == 20 && split.folds[0].score.back() == 39));
  CHECK((split.folds[1].score.front() == 40 && split.folds[1].score.back() == 59));
}

TEST_CASE("the data's own parts are test rows, holdout and the rest") {
  using tuner::Part;
  tuner::Dataset data = rows_of(8);
  data.parts = {Part::test,  Part::train, Part::valid, Part::train,
                Part::train, Part::any,   Part::valid, Part::test};
  const Partition split = partition(data, {}, {{"folds", "2"}}, "holdout");
  CHECK(split.test == Rows{0, 7});
  CHECK(split.holdout == Rows{2, 6});
  CHECK(split.train == Rows{1, 3, 4, 5});
  for (const tuner::Fold& fold : split.folds) {
    CHECK(fold.validation == split.holdout);
    CHECK(sum({fold.train, fold.score}) == split.train);
  }
}

TEST_CASE("one fold is scored on the holdout, or else on its validation rows") {
  const tuner::Dataset data = rows_of(20);
  const Partition held = partition(data, {{"holdout", "0.25"}}, {{"folds", "1"}}, "0.2");
  REQUIRE(held.folds.size() == 1);
  CHECK(held.folds[0].score == held.holdout);
  CHECK(held.folds[0].validation.size() == 3);
  CHECK(sum({held.folds[0].train, held.folds[0].validation}) == held.train);
  const Partition same = partition(data, {{"holdout", "0.25"}}, {{"folds", "1"}}, "fold");
  CHECK(same.folds[0].train == same.train);
  CHECK(same.folds[0].validation == same.holdout);
  const Partition own = partition(data, {}, {{"folds", "1"}}, "0.2");
  CHECK(own.folds[0].score == own.folds[0].validation);
  CHECK(own.folds[0].train.size() == 16);
}

TEST_CASE("repeats draw all folds anew; validation = fold is the scored fold") {
  const Partition split = partition(rows_of(30), {}, {{"folds", "3"}, {"repeats", "2"}}, "fold");
  REQUIRE(split.folds.size() == 6);
  CHECK(sum({split.folds[0].score, split.folds[1].score, split.folds[2].score}) == all_rows(30));
  CHECK(sum({split.folds[3].score, split.folds[4].score, split.folds[5].score}) == all_rows(30));
  CHECK(split.folds[0].score != split.folds[3].score);
  for (const tuner::Fold& fold : split.folds) CHECK(fold.validation == fold.score);
}

TEST_CASE("every impossible partition is refused with one line") {
  using tuner::Part;
  struct Row {
    std::string message;
    tuner::Dataset data;
    Keys data_keys, cv_keys;
    std::string validation = "none";
  };
  tuner::Dataset parts = rows_of(4), columns = rows_of(4), one = rows_of(4, {0, 1, 1, 1});
  parts.parts = {Part::train, Part::train, Part::valid, Part::test};
  columns.folds = {0, 0, -1, 0};
  one.parts = {Part::test, Part::train, Part::train, Part::train};
  tuner::Dataset groups = rows_of(4), empty = parts;
  groups.groups = {0, 1, 1, 0};
  empty.parts.assign(4, Part::test);
  const Row rows[] = {
      {"folds: 5 folds need at least as many rows, there are 4", rows_of(4), {}, {{"folds", "5"}}},
      {"folds: 3 folds need at least as many rows of each class (or [cv] kind = kfold); of 'b', "
       "there are 2",
       rows_of(6, {0, 0, 0, 0, 1, 1}),
       {},
       {}},
      {"folds: 3 folds need at least as many groups, there are 2", groups, {}, {}},
      {"folds: 4 folds need at least as many rows and one more, there are 4",
       rows_of(4),
       {},
       {{"kind", "timeseries"}, {"folds", "4"}}},
      {"kind: stratified needs one class a row, the task is regression",
       rows_of(4),
       {},
       {{"kind", "stratified"}}},
      {"kind: group needs a column of groups; name it in [data] group",
       rows_of(4),
       {},
       {{"kind", "group"}}},
      {"kind: column needs a column of fold numbers; name it in [data] fold",
       rows_of(4),
       {},
       {{"kind", "column"}}},
      {"kind: the fold column has 1 fold numbers in the rows for training, at least 2 are needed",
       columns,
       {},
       {}},
      {"test: the data say themselves which rows these are (test); leave the fraction out",
       parts,
       {{"test", "0.5"}},
       {}},
      {"holdout: the data say themselves which rows these are (valid); leave the fraction out",
       parts,
       {{"holdout", "0.5"}},
       {}},
      {"split: there are no rows for training", empty, {}, {}},
      {"target: the rows for training have one class only, 'b'", one, {}, {}},
      {"test: of 2 rows 2 would be held out and 0 would be left; both need some",
       rows_of(2),
       {{"test", "0.9"}},
       {}},
      {"validation: there is no holdout; give [data] holdout or split",
       rows_of(4),
       {},
       {},
       "holdout"},
      {"validation: '1' is not allowed: a fraction above 0 and below 1, or holdout | fold | none",
       rows_of(4),
       {},
       {},
       "1"},
      {"validation: 'folds' is not allowed: a fraction above 0 and below 1, or holdout | fold | "
       "none",
       rows_of(4),
       {},
       {},
       "folds"},
      {"validation: of 1 rows 1 would be held out and 0 would be left; both need some",
       rows_of(2),
       {},
       {{"folds", "2"}},
       "0.5"},
      {"folds: one fold has nothing to be scored on; give [data] holdout, or [training] validation "
       "as a fraction",
       rows_of(4),
       {},
       {{"folds", "1"}}},
      {"repeats: would repeat the same folds; it needs at least 2 shuffled folds of kind kfold, "
       "stratified or group",
       rows_of(4),
       {},
       {{"repeats", "2"}, {"shuffle", "no"}}}};
  const TemporaryFolder folder;
  for (const Row& row : rows) {
    CHECK(message_of(folder, [&] {
            partition(row.data, row.data_keys, row.cv_keys, row.validation);
          }) == row.message);
  }
}
