#include "search/space.hpp"

#include <cmath>
#include <set>

#include "search/base/rng.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"

using namespace tune::search;
using tune::base::InputError;
using tune::base::Rng;
using tune::base::to_text;
using tune::tests::space_of;

namespace {

/// "parameter 1: message", as the space's constructor throws it.
std::string error_of(std::vector<tune::tests::Line> lines, std::vector<std::string> forbids = {}) {
  try {
    space_of(std::move(lines), std::move(forbids));
  } catch (const SpaceError& error) {
    const bool parameter = error.part == SpaceError::Part::parameter;
    return (parameter ? "parameter " : "forbid ") + std::to_string(error.index) + ": " +
           error.what();
  }
  return "accepted";
}

std::string refusal(const Space& space, const Configuration& configuration) {
  try {
    space.require(configuration);
  } catch (const InputError& error) {
    CHECK(!space.contains(configuration));
    return error.what();
  }
  CHECK(space.contains(configuration));
  return "accepted";
}

Space optimizers() {
  return space_of({{"momentum", "real(0, 0.9, step=0.3)", "optimizer = sgd and layers >= 1"},
                   {"optimizer", "choice(sgd, adam)"},
                   {"layers", "int(0, 2)"},
                   {"beta", "choice(0.9, 0.99)", "optimizer in (adam)"}},
                  {"optimizer = adam and layers = 2", "momentum > 0.5"});
}

}  // namespace

TEST_CASE("a point decodes to the active parameters alone") {
  const Space space = optimizers();
  const Configuration sgd = space.decode(std::vector{0.3, 0.1, 0.9, 0.9});
  CHECK(to_text(sgd) == "layers=2 momentum=0.3 optimizer=sgd");
  CHECK(to_text(space.decode(std::vector{0.3, 0.9, 0.1, 0.9})) ==
        "beta=0.99 layers=0 optimizer=adam");
  CHECK(to_text(space.decode(std::vector{0.3, 0.1, 0.1, 0.9})) == "layers=0 optimizer=sgd");
  const std::vector<double> point = space.encode(sgd);
  CHECK(point[3] == 0.5);
  CHECK(space.decode(point) == sgd);
}

TEST_CASE("rows keep a configuration exactly") {
  const Space space = space_of({{"rate", "reciprocal(1e-5, 1)"},
                                {"units", "int(1, 500, log)"},
                                {"kind", "choice(a, 1, '1')"},
                                {"extra", "normal(0, 1)", "kind = a"}});
  Rng rng(5);
  for (int i = 0; i < 1000; ++i) {
    const std::vector<double> point{rng.uniform(), rng.uniform(), rng.uniform(), rng.uniform()};
    const Configuration configuration = space.decode(point);
    std::vector<double> row(4);
    space.decode_row(point, row);
    REQUIRE(space.from_row(row) == configuration);
    REQUIRE(space.from_row(space.to_row(configuration)) == configuration);
    REQUIRE(space.contains(configuration));
    REQUIRE(std::isnan(row[3]) == (row[2] != 0));
  }
}

TEST_CASE("a configuration is forbidden as such and as a row alike") {
  const Space space = optimizers();
  Rng rng(6);
  int forbidden = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::vector<double> point{rng.uniform(), rng.uniform(), rng.uniform(), rng.uniform()};
    const Configuration configuration = space.decode(point);
    REQUIRE(space.is_forbidden(configuration) == space.is_forbidden(space.to_row(configuration)));
    REQUIRE(space.contains(configuration) == !space.is_forbidden(configuration));
    forbidden += space.is_forbidden(configuration);
  }
  CHECK(forbidden > 100);
}

TEST_CASE("require says why a configuration is none of the space") {
  const Space space = optimizers();
  CHECK(refusal(space, {{"optimizer", "sgd"}, {"layers", std::int64_t{0}}}) == "accepted");
  CHECK(refusal(space, {{"optimizer", "sgd"}}) == "layers: is missing");
  CHECK(refusal(space, {{"optimizr", "sgd"}}) ==
        "optimizr: no such parameter; did you mean 'optimizer'?");
  CHECK(refusal(space, {{"optimizer", "rms"}, {"layers", std::int64_t{0}}}) ==
        "optimizer: rms is not one of its values: choice(sgd, adam)");
  CHECK(refusal(space, {{"optimizer", "sgd"}, {"layers", std::int64_t{3}}}) ==
        "layers: 3 is not one of its values: int(0, 2)");
  CHECK(refusal(space, {{"optimizer", "sgd"}, {"layers", std::int64_t{0}}, {"momentum", 0.3}}) ==
        "momentum: is given, but there only when optimizer = sgd and layers >= 1");
  CHECK(refusal(space, {{"optimizer", "adam"}, {"layers", std::int64_t{2}}, {"beta", 0.9}}) ==
        "forbidden: optimizer = adam and layers = 2");
}

TEST_CASE("a finite space is listed completely, in order and each once") {
  const Space space = optimizers();
  const auto rows = space.enumerate(1000);
  REQUIRE(rows);
  std::vector<std::string> texts;
  for (const auto& row : *rows) texts.push_back(to_text(space.from_row(row)));
  // By hand: sgd with 0 layers, 1 and 2 with momentum 0 and 0.3; adam with 0 and 1 layers.
  CHECK(texts == std::vector<std::string>{
                     "layers=0 optimizer=sgd", "layers=1 momentum=0.0 optimizer=sgd",
                     "layers=1 momentum=0.3 optimizer=sgd", "layers=2 momentum=0.0 optimizer=sgd",
                     "layers=2 momentum=0.3 optimizer=sgd", "beta=0.9 layers=0 optimizer=adam",
                     "beta=0.99 layers=0 optimizer=adam", "beta=0.9 layers=1 optimizer=adam",
                     "beta=0.99 layers=1 optimizer=adam"});
  CHECK(space.enumerate(15));
  CHECK(!space.enumerate(14));  // forbidden combinations count: 1 + 4 + 4 with sgd, 6 with adam
}

TEST_CASE("the last parameter of the file changes fastest") {
  const Space space = space_of({{"a", "choice(x, y)"}, {"b", "int(1, 2)"}, {"c", "7"}});
  const auto rows = space.enumerate(10);
  REQUIRE(rows);
  std::string text;
  for (const auto& row : *rows) text += to_text(space.from_row(row)) + "; ";
  CHECK(text == "a=x b=1 c=7; a=x b=2 c=7; a=y b=1 c=7; a=y b=2 c=7; ");
  CHECK(!space_of({{"r", "real(0, 1)"}}).enumerate(10));
  CHECK(Space().enumerate(1)->size() == 1);
}

TEST_CASE("a space that is wrong names the line to blame") {
  CHECK(error_of({{"a", "1"}, {"a", "2"}}) == "parameter 1: a: stands in the space twice");
  CHECK(error_of({{"", "1"}}) == "parameter 0: a parameter has no name");
  CHECK(error_of({{"optimizer", "choice(sgd, adam)"}, {"momentum", "0.9", "optimzer = sgd"}}) ==
        "parameter 1: momentum: condition on 'optimzer': no such parameter; did you mean "
        "'optimizer'?");
  CHECK(error_of({{"optimizer", "choice(sgd, adam)"}, {"momentum", "0.9", "optimizer = sdg"}}) ==
        "parameter 1: momentum: 'optimizer = sdg': sdg is not one of its values: choice(sgd, "
        "adam); did you mean 'sgd'?");
  CHECK(error_of({{"n", "int(0, 3)"}, {"m", "1", "n in (1, 4)"}}) ==
        "parameter 1: m: 'n in (1, 4)': 4 is not one of its values: int(0, 3)");
  CHECK(error_of({{"n", "choice(a, b)"}, {"m", "1", "n > 4"}}) ==
        "parameter 1: m: 'n > 4': text is compared only with =, != and in");
  CHECK(error_of({{"a", "1"}}, {"a = 1", "b = 1"}) ==
        "forbid 1: forbid: condition on 'b': no such parameter; did you mean 'a'?");
  CHECK(error_of({{"z", "1"}, {"a", "1", "c = 1"}, {"b", "1", "a = 1"}, {"c", "1", "b = 1"}}) ==
        "parameter 1: a: conditions form a circle: a -> c -> b -> a");
  CHECK(error_of({{"a", "1", "a = 1"}}) == "parameter 0: a: conditions form a circle: a -> a");
  CHECK(error_of({{"n", "int(0, 3)"}, {"m", "1", "n >= 9"}}) == "accepted");
  CHECK(error_of({{"optimizer", "adam"}, {"m", "0.9", "optimizer = sgd"}}) == "accepted");
  CHECK(error_of({{"momentum", "none"}}, {"momentum > 0.5"}) == "accepted");
  try {
    Space({{"n", Integer{9, 1, false, 1}, {}}}, {});
    FAIL("accepted");
  } catch (const SpaceError& error) {
    CHECK(std::string(error.what()) == "n: int(9, 1): low is above high");
  }
  CHECK_THROWS_AS(Space({}, {Condition{}}), SpaceError);
}
