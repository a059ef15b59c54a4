#include "model/builders/merged_keys.hpp"

#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

using base::Key;
using Text = std::string;

const std::vector<Key> kFirst = {base::real_key("share", 0.5, 0, 1, "what is kept"),
                                 base::positive_key("rate", 0.01, 10, "step size"),
                                 base::real_key("own", "none", 0, 1, "only here", {"none"})};
const std::vector<Key> kSecond = {base::real_key("share", 0.5, 0, 1, "what is kept"),
                                  base::real_key("rate", 0.001, 0, 100, "step size")};
const std::vector<Key> kThird = {base::real_key("rate", 0.001, 0, 50, "size of a step"),
                                 base::flag_key("hidden", false, "left out")};
const RowKeys kRows[] = {{"one", kFirst}, {"two", kSecond}, {"three", kThird}};

std::string with_prefix(const std::string& option) {
  return option == "hidden" ? "" : "x_" + option;
}

}  // namespace

TEST_CASE("the options of several rows become keys that say whose they are") {
  const std::vector<Key> keys = merged_keys(kRows, with_prefix);
  REQUIRE(keys.size() == 3);
  CHECK(keys[0].name == "x_share");
  CHECK(keys[0].help == "all but three: what is kept");
  CHECK(base::same(*keys[0].fallback, 0.5));
  CHECK(keys[1].name == "x_rate");
  CHECK(keys[1].help ==
        "all but three: step size; three: size of a step; auto: 0.01 for one, else 0.001");
  CHECK(*keys[1].fallback == base::Value(Text("auto")));
  CHECK(keys[2].help == "one: only here");
}

TEST_CASE("a merged key allows what one of its owners allows") {
  const Key rate = merged_keys(kRows, with_prefix)[1];
  CHECK(rate.complaint(0.0).empty());
  CHECK(rate.complaint(100.0).empty());
  CHECK(rate.complaint(Text("auto")).empty());
  CHECK_FALSE(rate.complaint(-1.0).empty());
  CHECK_FALSE(rate.complaint(101.0).empty());
  CHECK_FALSE(rate.complaint(Text("none")).empty());
  const Key own = merged_keys(kRows, with_prefix)[2];
  CHECK(own.complaint(Text("none")).empty());
  CHECK_FALSE(own.complaint(Text("auto")).empty());
}

TEST_CASE("a row reads its own options, and its defaults for auto") {
  const std::vector<Key> keys = merged_keys(kRows, with_prefix);
  const base::Configuration given = {{"x_share", 0.25}, {"x_own", 1.0}};
  const base::Reader options(given, keys);
  CHECK(base::to_text(options_of(kSecond, options, with_prefix)) == "share=0.25");
  CHECK(base::to_text(options_of(kFirst, options, with_prefix)) == "own=1.0 share=0.25");
}

TEST_CASE("what a row refuses is said of the builder's key") {
  CHECK(in_key_names("rate: too high", kFirst, with_prefix) == "x_rate: too high");
  CHECK(in_key_names("hidden: no", kThird, with_prefix) == "hidden: no");
  CHECK(in_key_names("something else", kFirst, with_prefix) == "something else");
}

}  // namespace tune::model
