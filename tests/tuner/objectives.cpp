#include "tuner/spec/objectives.hpp"

#include "tests/support/catch.hpp"
#include "tests/tuner/spec_support.hpp"

using namespace tune::tuner;

namespace {

std::string refused(const std::string& text) {
  try {
    parse_objectives(text);
  } catch (const tune::base::InputError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("objectives are metrics with commas between, each with its way or without") {
  const auto objectives = parse_objectives(
      "accuracy max,parameters  min, top_k_categorical_accuracy(3) max, r2, f( a )");
  REQUIRE(objectives.size() == 5);
  CHECK(objectives[0].metric == "accuracy");
  CHECK(objectives[0].maximize == true);
  CHECK(objectives[1].metric == "parameters");
  CHECK(objectives[1].maximize == false);
  CHECK(objectives[2].metric == "top_k_categorical_accuracy(3)");
  CHECK(objectives[2].maximize == true);
  CHECK(!objectives[3].maximize);
  CHECK(objectives[4].metric == "f( a )");
  CHECK(spec_of("[study]\nmetric = mse min, parameters\n").objectives().size() == 2);
  CHECK(spec_of("").objectives().size() == 1);
}

TEST_CASE("objectives that are none are refused") {
  CHECK(refused("mse up") == "'mse up': after a metric comes max or min, or a comma");
  CHECK(refused("mse,,r2") == "there is no metric between two commas");
  CHECK(refused("mse, mse min") == "mse is there twice");
  CHECK_THROWS_WITH(spec_of("[study]\nmetric = mse mae\n"),
                    "space.ini:2: metric: 'mse mae': after a metric comes max or min, or a comma");
}
