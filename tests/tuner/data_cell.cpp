#include <cmath>
#include <cstdlib>
#include <vector>

#include "search/base/rng.hpp"
#include "tests/support/catch.hpp"
#include "tuner/data/cell.hpp"
#include "tuner/data/dictionary.hpp"

using namespace tune::tuner;

namespace {

std::vector<std::string> cells(std::string_view record, char delimiter = ',') {
  std::vector<std::string> list;
  std::string scratch;
  const char* end = record.data() + record.size();
  for (const char* at = record.data(); at <= end;) {
    list.emplace_back(take_cell(at, end, delimiter, scratch));
  }
  return list;
}

}  // namespace

TEST_CASE("a record is taken apart into its cells") {
  using Cells = std::vector<std::string>;
  CHECK(cells("a,b,c") == Cells{"a", "b", "c"});
  CHECK(cells("") == Cells{""});
  CHECK(cells("a,,") == Cells{"a", "", ""});
  CHECK(cells(" a b ,\tc\t") == Cells{"a b", "c"});
  CHECK(cells("\ta\t", '\t') == Cells{"", "a", ""});
  CHECK(cells(R"("a,b",c)") == Cells{"a,b", "c"});
  CHECK(cells(R"("",x,"")") == Cells{"", "x", ""});
  CHECK(cells(R"("say ""yes""",x)") == Cells{R"(say "yes")", "x"});
  CHECK(cells(R"("""",x)") == Cells{"\"", "x"});
  CHECK(cells(R"(5" pipe,x)") == Cells{R"(5" pipe)", "x"});
  CHECK(cells(R"( "a,b" , "c"d ,e)") == Cells{"a,b", "cd", "e"});
  CHECK(cells("\" a \",\"two\nlines\"") == Cells{" a ", "two\nlines"});
  CHECK(cells("1;2,5;3", ';') == Cells{"1", "2,5", "3"});
}

TEST_CASE("cells that say that a value is missing") {
  for (const char* word : {"", "NA", "NaN", "nan", "?", "null"}) CHECK(is_missing(word));
  for (const char* word : {"0", "-", "none", "nano", "NULLS"}) CHECK_FALSE(is_missing(word));
}

TEST_CASE("numbers are read as the nearest float, and what is none is told apart") {
  struct Row {
    const char* text;
    Parsed parsed;
    float value;
  };
  const Row rows[] = {{"1", Parsed::number, 1},
                      {"-0.5", Parsed::number, -0.5f},
                      {"+2e3", Parsed::number, 2000},
                      {".5", Parsed::number, 0.5f},
                      {"5.", Parsed::number, 5},
                      {"16777217", Parsed::number, 16777216},
                      {"1e-50", Parsed::number, 0},
                      {"1e-400", Parsed::number, 0},
                      {"3.4028235e38", Parsed::number, 3.4028235e38f},
                      {"1e39", Parsed::too_large, 0},
                      {"-1e400", Parsed::too_large, 0},
                      {"inf", Parsed::infinite, 0},
                      {"-Infinity", Parsed::infinite, 0},
                      {"", Parsed::not_a_number, 0},
                      {"+-1", Parsed::not_a_number, 0},
                      {"1,5", Parsed::not_a_number, 0},
                      {"0x10", Parsed::not_a_number, 0},
                      {"1 2", Parsed::not_a_number, 0},
                      {"12a", Parsed::not_a_number, 0},
                      {"NAN", Parsed::not_a_number, 0}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    float value = 0;
    CHECK(parse_float(row.text, value) == row.parsed);
    CHECK(value == row.value);
  }
}

// strtof of the C library is the independent reader.
TEST_CASE("the quick way of reading a decimal is exact wherever it is taken") {
  tune::base::Rng rng(3);
  int taken = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string text = rng.below(2) == 0 ? "-" : "";
    const std::uint32_t before = rng.below(8), after = rng.below(12);
    for (std::uint32_t d = 0; d < before; ++d) text += static_cast<char>('0' + rng.below(10));
    if (after > 0 || before == 0) text += '.';
    for (std::uint32_t d = 0; d < after; ++d) text += static_cast<char>('0' + rng.below(10));
    float value = 0;
    const char* end = parse_plain_float(text.data(), text.data() + text.size(), value);
    if (end == nullptr) continue;
    ++taken;
    CAPTURE(text);
    REQUIRE(end == text.data() + text.size());
    const float expected = std::strtof(text.c_str(), nullptr);
    REQUIRE(value == expected);
    REQUIRE(std::signbit(value) == std::signbit(expected));
  }
  CHECK(taken > 190000);
}

TEST_CASE("the quick way leaves the middle between two floats and long numbers to the other") {
  float value = 0;
  // 16777217 is the middle between two floats; with more digits behind it rounds up.
  for (const std::string text : {"16777217", "16777217.000000001", "1.00000000000000000000", "",
                                 "-", ".", "abc", "18446744073709551617"}) {
    CAPTURE(text);
    CHECK(parse_plain_float(text.data(), text.data() + text.size(), value) == nullptr);
  }
  CHECK(parse_float("16777217.000000001", value) == Parsed::number);
  CHECK(value == 16777218);
}

TEST_CASE("short integers are read at once, and no other cell is taken for one") {
  const auto read = [](std::string text, float& value) {
    text += ",9999999";
    const char* stop = parse_short_integer(text.data(), text.data() + text.size(), ',', value);
    return stop == nullptr ? -1 : static_cast<int>(stop - text.data());
  };
  float value = 0;
  for (const int number : {0, 1, 9, 10, 255, 1024, 65535, 999999, 1000000, 1234567, 9999999}) {
    const std::string text = std::to_string(number);
    CHECK(read(text, value) == static_cast<int>(text.size()));
    CHECK(value == static_cast<float>(number));
  }
  CHECK(read("007", value) == 3);
  CHECK(value == 7);
  for (const char* text :
       {"", "-1", "1.5", "12345678", "1 ", "1e3", ":", "/", "1\n2", "\"1\"", "\xB1", "1\x80",
        "12\xFF"
        "4"}) {
    CAPTURE(text);
    CHECK(read(text, value) == -1);
  }
  const std::string_view last = "1,23456";  // seven characters to the end
  CHECK(parse_short_integer(last.data(), last.data() + last.size(), ',', value) == nullptr);
}

TEST_CASE("texts rank by value if all are numbers, else by bytes") {
  const Ranking numbers = rank_texts({"10", "2", "1.0", "-3", "1"});
  CHECK(numbers.names == std::vector<std::string>{"-3", "1", "2", "10"});
  CHECK(numbers.ranks == std::vector<std::uint32_t>{3, 2, 1, 0, 1});
  const Ranking texts = rank_texts({"b", "10", "a", "2"});
  CHECK(texts.names == std::vector<std::string>{"10", "2", "a", "b"});
  CHECK(texts.ranks == std::vector<std::uint32_t>{3, 0, 2, 1});
}

TEST_CASE("categories are found by text, numbers also by value") {
  const Categories numbers({"1", "2"}), texts({"1", "x"});
  CHECK(numbers.find("2.0") == 1u);
  CHECK_FALSE(numbers.find("3"));
  CHECK_FALSE(numbers.find("x"));
  CHECK(texts.find("x") == 1u);
  CHECK_FALSE(texts.find("1.0"));
}
