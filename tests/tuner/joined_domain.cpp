#include "tuner/storage/joined_domain.hpp"

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"

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

TEST_CASE("a range of one number is a fixed value") {
  CHECK(search::to_text(tuner::validated(search::Real{2, 2})) == "2.0");
  CHECK(search::to_text(tuner::validated(search::Integer{3, 3})) == "3");
  CHECK(search::to_text(tuner::validated(search::Real{1, 2})) == "real(1, 2)");
}
