#include <cmath>

#include "tests/support/catch.hpp"
#include "tuner/report/text.hpp"

using namespace tune::tuner;

namespace {

std::string score(double mean, double error) {
  return plus_minus(score_text(mean, error));
}

}  // namespace

TEST_CASE("the width of text is counted in columns, not in bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("0.3 ± 0.1") == 9);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("\xE9t\xE9") == 3);  // Latin-1: bytes that are no UTF-8
}

TEST_CASE("text that is too wide is cut between characters") {
  CHECK(elided("learning", 8) == "learning");
  CHECK(elided("learning", 7) == "learni…");
  CHECK(elided("漢字漢", 5) == "漢字…");
  CHECK(elided("漢字漢", 4) == "漢…");
  CHECK(elided("ab", 1) == "…");
  CHECK(elided("ab", 0).empty());
  CHECK(elided("two\nlines\tof", 20) == "two lines of");
}

TEST_CASE("text is padded to columns and never cut by it") {
  CHECK(left_aligned("±", 3) == "±  ");
  CHECK(right_aligned("±", 3) == "  ±");
  CHECK(right_aligned("1234", 3) == "1234");
}

TEST_CASE("parameters have four significant digits") {
  CHECK(short_number(0.0083) == "0.0083");
  CHECK(short_number(0.00831249) == "0.008312");
  CHECK(short_number(3.0) == "3");
  CHECK(short_number(8.313e-5) == "8.313e-05");
  CHECK(short_number(1e-300) == "1e-300");
  CHECK(short_value(std::int64_t{1234567}) == "1234567");
  CHECK(short_value(std::string("relu")) == "relu");
}

TEST_CASE("a score has four significant digits and its error as many decimals") {
  CHECK(score(0.33121, 0.00404) == "0.3312 ± 0.0040");
  CHECK(score(12.3456, 1.5) == "12.35 ± 1.50");
  CHECK(score(0.0012345, 0.0001) == "0.001234 ± 0.000100");
  CHECK(score(54321, 12.3) == "54321 ± 12");
  CHECK(score(-0.5, 0) == "-0.5000 ± 0.0000");
  CHECK(score(0, 0) == "0.000 ± 0.000");
  CHECK(score(1, 0) == "1.000 ± 0.000");
  CHECK(score(3.3e7, 1.25e6) == "3.300e+07 ± 1.2e+06");
  CHECK(score(2e-5, 1e-6) == "2.000e-05 ± 1.0e-06");
  CHECK(score(INFINITY, NAN) == "inf ± nan");
}

TEST_CASE("counts and durations are short") {
  CHECK(epochs_text(54) == "54");
  CHECK(epochs_text(163.0 / 3) == "54.3");
  CHECK(grouped_digits(0) == "0");
  CHECK(grouped_digits(999) == "999");
  CHECK(grouped_digits(1000) == "1,000");
  CHECK(grouped_digits(1234567) == "1,234,567");
  CHECK(duration_text(0) == "0ms");
  CHECK(duration_text(0.0123) == "12ms");
  CHECK(duration_text(0.9996) == "1.0s");
  CHECK(duration_text(99.94) == "99.9s");
  CHECK(duration_text(99.96) == "1m40s");
  CHECK(duration_text(3599.7) == "1h00m");
  CHECK(duration_text(3725) == "1h02m");
}
