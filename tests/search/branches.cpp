#include "search/branches.hpp"

#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"

using namespace tune;
using tests::space_of;

namespace {

bool can_hold(const search::Space& space, const std::string& condition) {
  return search::can_hold(space, search::parse_condition(condition));
}

std::vector<std::string> branches(const search::Space& space, std::size_t limit = 100) {
  std::vector<std::string> texts;
  for (const auto& configuration : search::branches_of(space, limit, base::Rng(1)).configurations) {
    CHECK(space.contains(configuration));
    texts.push_back(base::to_text(configuration));
  }
  return texts;
}

}  // namespace

TEST_CASE("conditions that hold nowhere are found, on every kind of domain") {
  const auto space = space_of({{"o", "choice(sgd, adam)"},
                               {"n", "int(1, 9, step=2)"},
                               {"r", "real(0, 1)"},
                               {"s", "real(0, 1, step=0.25)"},
                               {"m", "int(1, 4)", "o = sgd"},
                               {"k", "int(0, 3)", "m >= 3"}});
  for (const char* yes : {"o = sgd", "o != sgd and o = adam", "n > 7", "n = 3", "n >= 2 and n < 4",
                          "r > 0.5 and r < 0.6", "r = 0.5", "r >= 1", "s > 0.3 and s <= 0.5",
                          "k = 1 and m < 4", "k >= 0 and o = sgd"}) {
    INFO(yes);
    CHECK(can_hold(space, yes));
  }
  for (const char* no :
       {"o = sgd and o = adam", "n > 9", "n > 3 and n < 5", "r > 1", "r < 0.5 and r > 0.5",
        "s > 0.3 and s < 0.5", "m = 1 and o = adam", "k = 1 and m < 3", "k = 1 and o = adam"}) {
    INFO(no);
    CHECK(!can_hold(space, no));
  }
}

TEST_CASE("a forbid that takes away all of a parameter is found") {
  const auto space = space_of({{"o", "choice(sgd, adam, nadam)"},
                               {"n", "int(1, 4)"},
                               {"m", "int(1, 4)", "o = sgd and n >= 3"},
                               {"k", "int(1, 4)", "o != sgd"}},
                              {"k >= 1 and n < 9", "o = sgd and n = 3", "m = 2"});
  CHECK(!search::forbidden_by(space, 0));
  CHECK(!search::forbidden_by(space, 1));
  CHECK(!search::forbidden_by(space, 2));
  CHECK(search::forbidden_by(space, 3) == 0u);
}

TEST_CASE("branches are the combinations of what conditions tell apart") {
  const auto space = space_of({{"o", "choice(sgd, adam)"},
                               {"m", "real(0, 1)", "o = sgd"},
                               {"n", "int(1, 9)"},
                               {"k", "int(1, 3)", "n >= 3"}});
  // n: its ends, 3 and what lies beside it.
  CHECK(branches(space) == std::vector<std::string>{
                               "m=0.5 n=1 o=sgd", "m=0.5 n=2 o=sgd", "k=2 m=0.5 n=3 o=sgd",
                               "k=2 m=0.5 n=4 o=sgd", "k=2 m=0.5 n=8 o=sgd", "k=2 m=0.5 n=9 o=sgd",
                               "n=1 o=adam", "n=2 o=adam", "k=2 n=3 o=adam", "k=2 n=4 o=adam",
                               "k=2 n=8 o=adam", "k=2 n=9 o=adam"});
  CHECK(branches(space_of({{"r", "real(1, 2)"}})) == std::vector<std::string>{"r=1.5"});
  CHECK(branches(space_of({})) == std::vector<std::string>{""});
}

TEST_CASE("choices that nothing compares take turns, forbidden branches are left out") {
  const auto space = space_of({{"o", "choice(sgd, adam)"},
                               {"a", "choice(relu, elu, tanh)"},
                               {"b", "choice(1, 2, 3, 4)", "o = sgd"}},
                              {"o = adam"});
  CHECK(branches(space) == std::vector<std::string>{"a=relu b=1 o=sgd", "a=elu b=2 o=sgd",
                                                    "a=tanh b=3 o=sgd", "a=relu b=4 o=sgd"});
}

TEST_CASE("of too many branches draws show each value") {
  std::vector<tests::Line> lines;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    lines.push_back({name, "choice(1, 2, 3, 4, 5)"});
  }
  lines.push_back({"z", "int(0, 1)", "a = 1 and b = 1 and c = 1 and d = 1"});
  const auto space = space_of(lines, {"e = 1 and f = 1", "g = 1 and h = 1"});
  const auto few = search::branches_of(space, 100, base::Rng(1));
  CHECK(!few.complete);
  CHECK(few.configurations.size() < 50);
  std::set<std::pair<std::string, base::Value>> seen;
  for (const auto& configuration : few.configurations) {
    CHECK(space.contains(configuration));
    seen.insert(configuration.begin(), configuration.end());
  }
  CHECK(seen.size() == 8 * 5 + 1);
}
