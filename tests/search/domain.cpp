#include "search/domain.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "search/base/error.hpp"
#include "search/base/rng.hpp"
#include "tests/support/catch.hpp"

using namespace tune::search;
using tune::base::InputError;
using tune::base::Rng;

namespace {

const double kBelowOne = std::nextafter(1.0, 0.0);

std::string message_of(const std::string& text) {
  try {
    parse_domain(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

std::string refused(const Domain& domain) {
  try {
    validate(domain);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

/// The Kolmogorov-Smirnov distance of n draws at random points from a distribution function.
template <class Function>
double kolmogorov(const Domain& domain, std::size_t n, Function cdf) {
  Rng rng(11);
  std::vector<double> draws(n);
  for (double& draw : draws) draw = decode_column(domain, rng.uniform());
  std::sort(draws.begin(), draws.end());
  double distance = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double expected = cdf(draws[i]), below = static_cast<double>(i) / static_cast<double>(n);
    distance = std::max({distance, std::abs(expected - below),
                         std::abs(expected - below - 1 / static_cast<double>(n))});
  }
  return distance;
}

}  // namespace

TEST_CASE("continuous domains have the quantiles of SciPy") {
  std::ifstream file(TUNE_SOURCE_DIR "/tests/golden/domain_values.json");
  const auto golden = nlohmann::json::parse(file);
  const auto units = golden["units"].get<std::vector<double>>();
  for (const auto& [text, values] : golden["values"].items()) {
    const Domain domain = parse_domain(text);
    for (std::size_t i = 0; i < units.size(); ++i) {
      INFO(text << " at " << units[i]);
      CHECK(decode_column(domain, units[i]) ==
            Approx(values[i].get<double>()).epsilon(1e-9).margin(1e-12));
    }
  }
}

TEST_CASE("draws follow their distribution") {
  // Above 1.95 / sqrt(n) a true sample comes once in a thousand times.
  const std::size_t n = 20000;
  const double bound = 1.95 / std::sqrt(static_cast<double>(n));
  CHECK(kolmogorov(parse_domain("reciprocal(3e-4, 3e-2)"), n,
                   [](double x) { return std::log(x / 3e-4) / std::log(100.0); }) < bound);
  CHECK(kolmogorov(parse_domain("normal(2, 3)"), n, [](double x) {
          return 0.5 * std::erfc(-(x - 2) / 3 / std::sqrt(2.0));
        }) < bound);
  CHECK(kolmogorov(parse_domain("real(-1, 1)"), n, [](double x) { return (x + 1) / 2; }) < bound);
}

TEST_CASE("a logarithmic integer has the weight of the interval around it") {
  const Domain domain = parse_domain("int(1, 4, log)");
  const int n = 40000;
  std::vector<int> seen(5);
  for (int i = 0; i < n; ++i) ++seen.at(std::get<std::int64_t>(decode(domain, (i + 0.5) / n)));
  for (int k = 1; k <= 4; ++k) {
    const double weight = std::log((k + 0.5) / (k - 0.5)) / std::log(4.5 / 0.5);
    CHECK(std::abs(seen[k] - n * weight) <= 1);
  }
}

TEST_CASE("points outside of the unit interval are clamped") {
  for (const char* text :
       {"real(-2, 3)", "reciprocal(0.1, 10)", "normal(0, 1)", "int(1, 7)", "int(1, 7, log)",
        "int(0, 10, step=4)", "real(0, 1, step=0.3)", "choice(a, b, c)", "0.5"}) {
    const Domain domain = parse_domain(text);
    INFO(text);
    const double lowest = decode_column(domain, 0), highest = decode_column(domain, kBelowOne);
    CHECK(decode_column(domain, -1) == lowest);
    CHECK(decode_column(domain, std::nan("")) == lowest);
    CHECK(decode_column(domain, 1) == highest);
    CHECK(decode_column(domain, std::numeric_limits<double>::infinity()) == highest);
    CHECK(contains(domain, decode(domain, 0)));
    CHECK(contains(domain, decode(domain, 1)));
    CHECK(encode_column(domain, highest) < 1);
  }
}

TEST_CASE("the ends of the unit interval are the bounds of a real") {
  for (const char* text : {"real(-0.3, 0.7)", "reciprocal(1e-5, 0.1)", "normal(0.1, 3)"}) {
    const Domain domain = parse_domain(text);
    const Real& real = std::get<Real>(domain);
    INFO(text);
    CHECK(decode_column(domain, kBelowOne) == real.high);
    CHECK(decode_column(domain, encode_column(domain, real.high)) == real.high);
    CHECK(decode_column(domain, 0) == Approx(real.low).epsilon(1e-15));
  }
}

TEST_CASE("finite domains are bijections with equal or weighted cells") {
  for (const char* text :
       {"int(-3, 9)", "int(1, 300, log)", "int(0, 100, step=7)", "real(0, 1, step=0.1)",
        "real(-1, 1, step=0.3)", "choice(1, 0.5, x, '1')", "ordinal(8, 16, 32)", "int(5, 5)",
        "real(2, 2)", "relu", "int(1, 1, log)"}) {
    const Domain domain = parse_domain(text);
    INFO(text);
    REQUIRE(count(domain));
    for (std::uint64_t i = 0; i < *count(domain); ++i) {
      const Value value = value_at(domain, i);
      REQUIRE(contains(domain, value));
      REQUIRE(decode(domain, encode(domain, value)) == value);
      REQUIRE(from_column(domain, to_column(domain, value)) == value);
      REQUIRE(index_of(domain, column_at(domain, i)) == i);
    }
  }
}

TEST_CASE("large integers keep their value") {
  const Domain wide = parse_domain("int(-562949953421312, 562949953421311)");  // 2^50 numbers
  const Domain log = parse_domain("int(1, 1000000000000, log)");
  Rng rng(3);
  for (int i = 0; i < 20000; ++i) {
    const double u = rng.uniform();
    const Value a = decode(wide, u), b = decode(log, u);
    REQUIRE(decode(wide, encode(wide, a)) == a);
    REQUIRE(decode(log, encode(log, b)) == b);
  }
  const Domain widest = parse_domain("int(-9007199254740992, 9007199254740992)");
  for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, *count(widest) - 1}) {
    CHECK(from_column(widest, to_column(widest, value_at(widest, index))) ==
          value_at(widest, index));
  }
  CHECK(message_of("int(0, 9007199254740993)") ==
        "int(0, 9007199254740993): bounds must be within -/+ 9007199254740992 (2^53)");
}

TEST_CASE("continuous reals come back to rounding") {
  for (const char* text : {"real(-5, 5)", "reciprocal(1e-8, 1e3)", "normal(3, 0.1)"}) {
    const Domain domain = parse_domain(text);
    CHECK(!count(domain));
    for (double u = 0; u < 1; u += 0.01) {
      const double value = decode_column(domain, u);
      INFO(text << " " << u);
      CHECK(encode_column(domain, value) == Approx(u).margin(1e-9));
      CHECK(decode_column(domain, encode_column(domain, value)) == Approx(value).epsilon(1e-12));
    }
    for (const double bound : {std::get<Real>(domain).low, std::get<Real>(domain).high}) {
      CHECK(contains(domain, bound));
      CHECK(decode_column(domain, encode_column(domain, bound)) == Approx(bound).epsilon(1e-9));
    }
  }
}

TEST_CASE("steps are decimal and end at or below high") {
  const Domain tenths = parse_domain("real(0, 1, step=0.1)");
  CHECK(count(tenths) == 11u);
  CHECK(value_at(tenths, 3) == Value(0.3));  // 0.30000000000000004 as a sum
  CHECK(value_at(tenths, 10) == Value(1.0));
  const Domain short_of_high = parse_domain("real(0, 1, step=0.3)");
  CHECK(count(short_of_high) == 4u);
  CHECK(decode(short_of_high, kBelowOne) == Value(0.9));
  const Domain integers = parse_domain("int(0, 100, step=30)");
  CHECK(count(integers) == 4u);
  CHECK(decode(integers, kBelowOne) == Value(std::int64_t{90}));
  CHECK(!contains(integers, std::int64_t{100}));
  CHECK(!contains(tenths, 0.35));
  CHECK(value_at(parse_domain("real(0.12345678901234567, 1, step=0.1)"), 0) ==
        Value(0.12345678901234567));
}

TEST_CASE("numbers are contained as numbers, text only in choices") {
  const Domain real = parse_domain("real(0, 2)"), integer = parse_domain("int(0, 5)");
  CHECK(contains(real, std::int64_t{1}));
  CHECK(from_column(real, to_column(real, std::int64_t{1})) == Value(1.0));
  CHECK(contains(integer, 5.0));
  CHECK(from_column(integer, to_column(integer, 5.0)) == Value(std::int64_t{5}));
  CHECK(!contains(integer, 4.5));
  CHECK(!contains(integer, std::string("4")));
  CHECK(!contains(real, std::string("x")));
  CHECK(!contains(real, std::nan("")));
  CHECK(!contains(real, 2.1));
  const Domain mixed = parse_domain("choice(1, '1', relu)");
  CHECK(contains(mixed, 1.0));
  CHECK(to_column(mixed, std::string("1")) == 1);
  CHECK(!contains(mixed, std::string("tanh")));
}

TEST_CASE("domains are read as they are written, and written as they are read") {
  for (const char* text : {"choice(0, 1, 2, 3)",
                           "ordinal(8, 16, 32)",
                           "int(1, 99)",
                           "int(16, 512, log)",
                           "int(0, 100, step=5)",
                           "real(0, 1)",
                           "real(0, 1, step=0.1)",
                           "reciprocal(3e-04, 0.03)",
                           "normal(0, 1)",
                           "normal(0.1, 0.3)",
                           "normal(-2.5, 0.01)",
                           "normal(1e+20, 3e+07)",
                           "relu",
                           "0.5",
                           "1",
                           "1.0",
                           "-3e-05",
                           "\"1\"",
                           "\"300, 100\"",
                           "choice(\"300, 100\", \"100\", none)",
                           "ordinal(5)",
                           "\"say \"\"no\"\"\"",
                           "\"\"",
                           "\"when\"",
                           "glorot_uniform",
                           "data/file.csv"}) {
    INFO(text);
    const std::string written = to_text(parse_domain(text));
    if (std::string(text).find("\"\"no") == std::string::npos) CHECK(written == text);
    CHECK(to_text(parse_domain(written)) == written);
  }
  CHECK(to_text(parse_domain(" int( 1 ,99 ) ")) == "int(1, 99)");
  CHECK(to_text(parse_domain("real(3e-4, 3e-2, log)")) == "reciprocal(3e-04, 0.03)");
  CHECK(to_text(parse_domain("int(1e3, 2e3)")) == "int(1000, 2000)");
  CHECK(std::get<Choice>(parse_domain("'0.5'")).values[0] == Value(std::string("0.5")));
  CHECK(std::get<Choice>(parse_domain("don't")).values[0] == Value(std::string("don't")));
  CHECK(std::get<Choice>(parse_domain("300, 100")).values[0] == Value(std::string("300, 100")));
  CHECK(std::get<Choice>(parse_domain("choice([1, 2], [3])")).values.size() == 2);
}

TEST_CASE("a domain that is wrong says how") {
  CHECK(message_of("int(99, 1)") == "int(99, 1): low is above high");
  CHECK(message_of("real(1, 0)") == "real(1, 0): low is above high");
  CHECK(message_of("recipocal(1, 2)") ==
        "unknown domain 'recipocal'; did you mean 'reciprocal'? (a fixed text with brackets stands "
        "in quotes)");
  CHECK(message_of("reciprocal(0, 1)") == "reciprocal(0, 1): low of a log range must be above 0");
  CHECK(message_of("real(-1, 1, log)") == "real(-1, 1, log): low of a log range must be above 0");
  CHECK(message_of("int(0, 8, log)") == "int(0, 8, log): low of a log range must be at least 1");
  CHECK(message_of("int(1, 8, log, step=2)") ==
        "int(1, 8, log, step=2): a log range takes no step");
  CHECK(message_of("real(1, 8, log, step=2)") ==
        "real(1, 8, log, step=2): a log range takes no step");
  CHECK(message_of("int(0.5, 3)") == "int(0.5, 3): '0.5' is not an integer");
  CHECK(message_of("int(a, 3)") == "int(a, 3): 'a' is not a number");
  CHECK(message_of("int(0, 10, step=0)") == "int(0, 10, step=0): the step must be at least 1");
  CHECK(message_of("int(0, 10, step=11)") ==
        "int(0, 10, step=11): the step is wider than the range");
  CHECK(message_of("real(0, 1, step=0)") == "real(0, 1, step=0): the step must be above 0");
  CHECK(message_of("real(0, 1, step=-1)") == "real(0, 1, step=-1): the step must be above 0");
  CHECK(message_of("real(0, 1, step=2)") == "real(0, 1, step=2): the step is wider than the range");
  CHECK(message_of("real(1e9, 1000000001, step=1e-7)") ==
        "real(1e9, 1000000001, step=1e-7): the step is too small for these bounds");
  CHECK(message_of("real(0, inf)") == "real(0, inf): bounds and step must be finite");
  CHECK(message_of("real(-1e308, 1e308)") == "real(-1e308, 1e308): bounds and step must be finite");
  CHECK(message_of("normal(0, 0)") == "normal(0, 0): the standard deviation must be above 0");
  CHECK(message_of("normal(0, -1)") == "normal(0, -1): the standard deviation must be above 0");
  CHECK(message_of("normal(1)") == "normal(1): expected normal(mean, sd)");
  CHECK(message_of("int(1)") == "int(1): expected int(low, high, ...)");
  CHECK(message_of("reciprocal(1, 2, 3)") == "reciprocal(1, 2, 3): expected reciprocal(low, high)");
  CHECK(message_of("real(0, 1, lgo)") ==
        "real(0, 1, lgo): unknown option 'lgo'; known: log, step=...");
  CHECK(message_of("int(1, 99") == "int(1, 99: the closing bracket is missing");
  CHECK(message_of("int(1, 99) x") == "int(1, 99) x: unexpected 'x' after the closing bracket");
  CHECK(message_of("choice(a, , b)") == "choice(a, , b): a value is missing");
  CHECK(message_of("choice()") == "choice(): there is no value to choose from");
  CHECK(message_of("choice(1, 2, 1.0)") == "choice(1, 2, 1.0): 1.0 stands there twice");
  CHECK(message_of("choice(1, nan)") == "choice(1, nan): nan is not a value");
  CHECK(message_of("choice(\"a, b)") == "the quote in \"a, b is not closed");
  CHECK(message_of("") == "a value is missing");
  CHECK(refused(Integer{9, 1, false, 1}) == "int(9, 1): low is above high");
  CHECK(refused(Choice{}) == "choice(): there is no value to choose from");
}
