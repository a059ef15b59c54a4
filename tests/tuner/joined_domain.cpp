#include "tuner/storage/joined_domain.hpp"

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tuner/storage/distribution.hpp"

using namespace tune;

namespace {

std::string joined(const std::string& a, const std::string& b) {
  return search::to_text(tuner::joined(search::parse_domain(a), search::parse_domain(b)));
}

}  // namespace

TEST_CASE("ranges of a parameter are joined to one that has all their values") {
  CHECK(joined("real(0, 1)", "real(-1, 0.5)") == "real(-1, 1)");
  CHECK(joined("reciprocal(1, 10)", "reciprocal(5, 100)") == "reciprocal(1, 100)");
  CHECK(joined("reciprocal(1, 10)", "real(5, 100)") == "real(1, 100)");
  CHECK(joined("real(0, 1, step=0.25)", "real(0, 2, step=0.25)") == "real(0, 2, step=0.25)");
  CHECK(joined("real(0, 1, step=0.25)", "real(0.1, 2.1, step=0.25)") == "real(0, 2.1)");
  CHECK(joined("int(1, 9)", "int(4, 20)") == "int(1, 20)");
  CHECK(joined("int(16, 64, step=16)", "int(32, 96, step=16)") == "int(16, 96, step=16)");
  CHECK(joined("int(16, 64, step=16)", "int(8, 64, step=8)") == "int(8, 64)");
  CHECK(joined("int(1, 64, log)", "int(2, 128, log)") == "int(1, 128, log)");
  CHECK(joined("choice(a, b)", "choice(b, c)") == "choice(a, b, c)");
  CHECK_THROWS_WITH(joined("int(1, 2)", "real(1, 2)"),
                    "is int(1, 2) in some trials, real(1, 2) in others");
}

TEST_CASE("a distribution that cannot be one is refused") {
  const auto read = [](const std::string& name, const std::string& attributes) {
    return tuner::domain_of_distribution("{\"name\": \"" + name +
                                         "Distribution\", \"attributes\": {" + attributes + "}}");
  };
  const std::string wrong = "not a distribution of Optuna: ";
  const std::string whole = R"("log": false, "low": 1, "high": 9, "step": )";
  CHECK(search::to_text(read("Int", whole + "2")) == "int(1, 9, step=2)");
  CHECK_THROWS_WITH(read("Int", whole + "0"), wrong + "the step must be at least 1");
  CHECK_THROWS_WITH(read("Int", whole + "-1"), wrong + "the step must be at least 1");
  CHECK_THROWS_WITH(read("Int", R"("log": false, "low": 9, "high": 1, "step": 1)"),
                    wrong + "low is above high");
  CHECK_THROWS_WITH(
      read("Int",
           R"("log": false, "low": -9223372036854775807, "high": 9223372036854775807, "step": 1)"),
      wrong + "bounds must be within -/+ 9007199254740992 (2^53)");
  CHECK_THROWS_WITH(read("Float", R"("log": false, "low": 0.5, "high": 1, "step": -1)"),
                    wrong + "the step must be above 0");
  CHECK_THROWS_WITH(read("Categorical", R"("choices": [])"),
                    wrong + "there is no value to choose from");
  CHECK(search::to_text(read("Float", R"("log": true, "low": 1, "high": 1, "step": null)")) ==
        "reciprocal(1, 1)");
}

TEST_CASE("a range of one number is a fixed value") {
  CHECK(search::to_text(tuner::validated(search::Real{2, 2})) == "2.0");
  CHECK(search::to_text(tuner::validated(search::Integer{3, 3})) == "3");
  CHECK(search::to_text(tuner::validated(search::Real{1, 2})) == "real(1, 2)");
}
