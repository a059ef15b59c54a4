#include "search/brackets.hpp"

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace tune::search;
using tune::base::InputError;

namespace {

/// One line a bracket: "81@1 27@3".
std::vector<std::string> lines(const std::vector<Bracket>& pass) {
  std::vector<std::string> lines;
  for (const Bracket& bracket : pass) {
    std::string& line = lines.emplace_back();
    for (const Rung& rung : bracket) {
      line += (line.empty() ? "" : " ") + std::to_string(rung.trials) + '@' +
              std::to_string(rung.epochs);
    }
  }
  return lines;
}

using Lines = std::vector<std::string>;

/// Started, evaluated, epochs if promotions start anew, and if they go on.
using Totals = std::vector<std::uint64_t>;
Totals totals(const Schedule& schedule) {
  return {schedule.starts(), schedule.trials(), schedule.restarting(), schedule.resuming()};
}

Totals totals(const BracketOptions& options) {
  return totals(Schedule(hyperband_pass(options), {}, {}));
}

}  // namespace

TEST_CASE("Hyperband of 81 epochs is Table 1 of the paper") {
  const BracketOptions options{.epochs = 81, .eta = 3, .sizing = Sizing::table};
  CHECK(lines(hyperband_pass(options)) == Lines{"81@1 27@3 9@9 3@27 1@81", "27@3 9@9 3@27 1@81",
                                                "9@9 3@27 1@81", "6@27 2@81", "5@81"});
  CHECK(totals(options) == Totals{128, 187, 1701, 1404});
}

TEST_CASE("Hyperband of 81 epochs is Algorithm 1 of the paper") {
  const BracketOptions options{.epochs = 81, .eta = 3};
  CHECK(lines(hyperband_pass(options)) == Lines{"81@1 27@3 9@9 3@27 1@81", "34@3 11@9 3@27 1@81",
                                                "15@9 5@27 1@81", "8@27 2@81", "5@81"});
  CHECK(totals(options) == Totals{143, 206, 1902, 1581});
}

TEST_CASE("powers of eta have all their brackets") {
  // With a rounded logarithm 243 has five brackets and 1000 three.
  CHECK(hyperband_pass({.epochs = 243, .eta = 3}).size() == 6);
  CHECK(totals(BracketOptions{.epochs = 243, .eta = 3}) == Totals{415, 611, 8457, 6831});
  CHECK(lines(hyperband_pass({.epochs = 1000, .eta = 10})) ==
        Lines{"1000@1 100@10 10@100 1@1000", "134@10 13@100 1@1000", "20@100 2@1000", "4@1000"});
  for (const int eta : {2, 3, 5, 7, 10}) {
    int epochs = 1;
    for (std::size_t s = 0; epochs <= 100'000; epochs *= eta, ++s) {
      CHECK(hyperband_pass({.epochs = epochs, .eta = eta}).size() == s + 1);
      if (epochs > 1) CHECK(hyperband_pass({.epochs = epochs - 1, .eta = eta}).size() == s);
      if (epochs > 1) CHECK(hyperband_pass({.epochs = epochs + 1, .eta = eta}).size() == s + 1);
    }
  }
}

TEST_CASE("epochs that are no power are rounded, and the last rung has all of them") {
  // 100/81 = 1.23, 100/27 = 3.70, 100/9 = 11.1, 100/3 = 33.3; 100/64 = 1.56, 100/16 = 6.25
  CHECK(lines(hyperband_pass({.epochs = 100, .eta = 3}))[0] == "81@1 27@4 9@11 3@33 1@100");
  CHECK(lines(hyperband_pass({.epochs = 100, .eta = 4}))[0] == "64@2 16@6 4@25 1@100");
  // 10/4 = 2.5 goes up.
  CHECK(lines(hyperband_pass({.epochs = 10, .eta = 4}))[0] == "4@3 1@10");
  for (int eta = 2; eta <= 6; ++eta) {
    for (int epochs = 1; epochs <= 300; ++epochs) {
      for (const int least : {1, 2, 5}) {
        if (least > epochs) continue;
        for (const Bracket& bracket :
             hyperband_pass({.epochs = epochs, .eta = eta, .min_epochs = least})) {
          REQUIRE(bracket.back().epochs == epochs);
          REQUIRE(bracket.back().trials >= 1);
          REQUIRE(bracket.front().epochs >= least);
          for (std::size_t i = 1; i < bracket.size(); ++i) {
            REQUIRE(bracket[i].epochs > bracket[i - 1].epochs);
            REQUIRE(bracket[i].trials == bracket[i - 1].trials / static_cast<std::size_t>(eta));
          }
        }
      }
    }
  }
}

TEST_CASE("no rung lies below min_epochs") {
  CHECK(lines(hyperband_pass({.epochs = 81, .eta = 3, .min_epochs = 3})) ==
        Lines{"27@3 9@9 3@27 1@81", "12@9 4@27 1@81", "6@27 2@81", "4@81"});
  CHECK(lines(hyperband_pass({.epochs = 81, .eta = 3, .min_epochs = 4})) ==
        Lines{"9@9 3@27 1@81", "5@27 1@81", "3@81"});
  CHECK(lines(hyperband_pass({.epochs = 100, .eta = 3, .min_epochs = 5}))[0] == "9@11 3@33 1@100");
  CHECK(lines(hyperband_pass({.epochs = 81, .eta = 3, .min_epochs = 81})) == Lines{"1@81"});
  CHECK(lines(hyperband_pass({.epochs = 1, .eta = 3})) == Lines{"1@1"});
}

TEST_CASE("a number of trials makes as many whole brackets as fit") {
  const std::vector<Bracket> pass = hyperband_pass({.epochs = 81, .eta = 3});
  CHECK(Schedule(pass, 206, {}).brackets() == 5);
  CHECK(Schedule(pass, 205, {}).brackets() == 4);
  CHECK(Schedule(pass, 121, {}).brackets() == 1);
  CHECK(totals(Schedule(pass, 205, {})) == Totals{138, 201, 1497, 1176});
  CHECK(totals(Schedule(pass, 411, {})) == Totals{281, 407, 3399, 2757});
  const Schedule many(pass, 2 * 206 + 121, {});
  CHECK(many.brackets() == 11);
  CHECK(many.trials() == 2 * 206 + 121);
  CHECK_THROWS_AS(Schedule(pass, 120, {}), InputError);
  CHECK_THROWS_WITH(Schedule(pass, 120, {}),
                    "trials: 120 is less than one bracket: 81 at 1 epoch, 27 at 3, 9 at 9, 3 at "
                    "27, 1 at 81 are 121 trials");
}

TEST_CASE("starts belong to their brackets, pass after pass") {
  const std::vector<Bracket> pass = hyperband_pass({.epochs = 9, .eta = 3});
  CHECK(lines(pass) == Lines{"9@1 3@3 1@9", "5@3 1@9", "3@9"});
  const Schedule schedule(pass, 50, {});
  CHECK(schedule.brackets() == 6);  // 22 + 22 trials, and a bracket of 13 does not fit
  std::size_t start = 0;
  for (std::size_t b = 0; b < schedule.brackets(); ++b) {
    CHECK(schedule.bracket(b) == pass[b % 3]);
    for (std::size_t i = 0; i < pass[b % 3][0].trials; ++i)
      CHECK(schedule.bracket_of(start++) == b);
  }
  CHECK(start == schedule.starts());
}

TEST_CASE("a finite space cuts the last bracket") {
  const std::vector<Bracket> pass = hyperband_pass({.epochs = 9, .eta = 3});
  const Schedule schedule(pass, {}, 11);
  CHECK(schedule.brackets() == 2);
  CHECK(schedule.exhausts());
  CHECK(!Schedule(pass, {}, {}).exhausts());
  CHECK(lines({schedule.bracket(0), schedule.bracket(1)}) == Lines{"9@1 3@3 1@9", "2@3 1@9"});
  CHECK(totals(schedule) == Totals{11, 16, 42, 33});
  CHECK(lines({Schedule(pass, {}, 1).bracket(0)}) == Lines{"1@1 1@3 1@9"});
  CHECK(Schedule(pass, 3, 1).trials() == 3);
  CHECK(Schedule(pass, 1000, 17 * 3 + 2).brackets() == 10);
}
