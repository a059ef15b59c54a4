#include "tuner/spec/ini.hpp"

#include "tests/support/catch.hpp"

using tune::base::InputError;
using tune::tuner::Entry;
using tune::tuner::parse_ini;
using tune::tuner::quoted;

namespace {

std::string value_of(const std::string& line) {
  return parse_ini("[a]\n" + line, "f.ini").at(1).value;
}

}  // namespace

TEST_CASE("a space file is read line by line, headings included") {
  const auto entries = parse_ini(
      "\xEF\xBB\xBF; a study\r\n[study]\r\nname=x\r\n\r\n  trials =  10   # ten\r\n[space]\r\n"
      "forbid = a = 1\r\nforbid = a = 2",
      "space.ini");
  REQUIRE(entries.size() == 6);
  CHECK(entries[0].section == "study");
  CHECK(entries[0].key.empty());
  CHECK(entries[2].key == "trials");
  CHECK(entries[2].value == "10");
  CHECK(entries[2].place.prefix() == "space.ini:5: trials: ");
  CHECK(entries[3].section == "space");
  CHECK(entries[5].value == "a = 2");
  CHECK(entries[5].place.line == 8);
}

TEST_CASE("comments start after white space, outside of quotes and brackets") {
  CHECK(value_of("k = a;b#c") == "a;b#c");
  CHECK(value_of("k = a ;b") == "a");
  CHECK(value_of("k = a\t# b") == "a");
  CHECK(value_of("k = \"a ; b\" ; c") == "a ; b");
  CHECK(value_of("k = choice(a, # b\n") == "choice(a, # b");
  CHECK(value_of("k = choice(\"a)\", b) # c") == "choice(\"a)\", b)");
  CHECK(value_of("k = Peter's houses ; it's") == "Peter's houses");
}

TEST_CASE("quotes around a whole value are taken off, but not in [space]") {
  CHECK(value_of("k = ' a '") == " a ");
  CHECK(value_of("k = 'it''s'") == "it's");
  CHECK(value_of("k = \"a\", \"b\"") == "\"a\", \"b\"");
  CHECK(parse_ini("[space]\nk = 'int(1'", "f").at(1).value == "'int(1'");
}

TEST_CASE("a quoted value reads back") {
  for (const std::string value : {"plain", "two words", " blanks ", "a ; b", "#1", "it's",
                                  "say \"x\"", "'q' and \"q\"", "a=b"}) {
    CHECK(value_of("k = " + quoted(value) + " ; comment") == value);
  }
}
