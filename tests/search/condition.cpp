#include "search/condition.hpp"

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace tune::search;
using tune::base::Configuration;
using tune::base::InputError;

namespace {

std::string message_of(const std::string& text) {
  try {
    parse_condition(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a condition holds where all its comparisons hold") {
  const Configuration sgd = {{"optimizer", "sgd"}, {"n_hidden", std::int64_t{2}}, {"rate", 0.1}};
  const auto check = [&](const char* text) { return holds(parse_condition(text), sgd); };
  CHECK(check("optimizer = sgd"));
  CHECK(check("optimizer == sgd"));
  CHECK(!check("optimizer != sgd"));
  CHECK(check("optimizer in (adam, sgd)"));
  CHECK(!check("optimizer in (adam)"));
  CHECK(check("n_hidden >= 2"));
  CHECK(!check("n_hidden > 2"));
  CHECK(check("n_hidden <= 2"));
  CHECK(!check("n_hidden < 2"));
  CHECK(check("n_hidden = 2.0"));
  CHECK(check("rate < 1 and rate > 1e-3 and optimizer=sgd"));
  CHECK(!check("rate < 1 and optimizer = adam"));
  CHECK(check("n_hidden in (0, 2)"));
}

TEST_CASE("no comparison holds with a parameter that is not there, or of text by size") {
  CHECK(!holds(parse_condition("momentum = 0.9"), {}));
  CHECK(!holds(parse_condition("momentum != 0.9"), {}));
  CHECK(!holds(parse_condition("momentum < 1"), {{"momentum", "none"}}));
  CHECK(!holds(parse_condition("momentum >= 1"), {{"momentum", "none"}}));
  CHECK(holds(parse_condition("momentum != 1"), {{"momentum", "none"}}));
  CHECK(holds(Condition{}, {}));
}

TEST_CASE("conditions are written as they are read") {
  for (const char* text :
       {"optimizer = sgd", "n_hidden >= 2 and optimizer in (sgd, adam)", "rate != -0.001",
        "layers = \"300, 100\" and rate < 0.5", "version = \"1\"", "kind in (\"and\", \"a b\")"}) {
    CHECK(to_text(parse_condition(text)) == text);
  }
  CHECK(to_text(parse_condition("  a=1  and b  in('x' ,y)and c<=2 ")) ==
        "a = 1 and b in (x, y) and c <= 2");
  CHECK(to_text(parse_condition("android = 1 and index > 2")) == "android = 1 and index > 2");
}

TEST_CASE("a condition that is wrong says what was expected where") {
  CHECK(message_of("") == "expected the name of a parameter");
  CHECK(message_of("optimizer") == "expected one of = != < <= > >= in after 'optimizer'");
  CHECK(message_of("optimizer sgd") ==
        "expected one of = != < <= > >= in after 'optimizer', found 'sgd'");
  CHECK(message_of("optimizer =") == "expected a value after 'optimizer ='");
  CHECK(message_of("a = 1 or b = 2") ==
        "expected 'and' or the end after 'a = 1', found 'or b = 2'");
  CHECK(message_of("a = 1 and") == "expected the name of a parameter after 'a = 1 and'");
  CHECK(message_of("a in 1") == "expected '(' and the values after 'a in', found '1'");
  CHECK(message_of("a in (1, 2") == "expected ',' or ')' after 'a in (1, 2'");
  CHECK(message_of("a in ()") == "expected a value after 'a in (', found ')'");
  CHECK(message_of("a < sgd") == "'a < sgd': text is compared only with =, != and in");
  CHECK(message_of("a = 'x") == "the quote in 'x is not closed");
}
