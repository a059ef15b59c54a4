#include "tuner/storage/process_id.hpp"

#include <sstream>
#include <vector>

#include "tests/support/catch.hpp"

using namespace tune::tuner;

TEST_CASE("only a process of this machine, since its boot, is seen to have ended") {
  const std::string own = this_process();
  CHECK(!has_ended(own));
  std::vector<std::string> words(5);
  std::istringstream text(own);
  for (std::string& word : words) text >> word;
  const auto with = [&](std::size_t place, const std::string& word) {
    std::vector<std::string> other = words;
    other[3] = "4194305";  // above the highest number of a process
    if (place < other.size()) other[place] = word;
    return other[0] + ' ' + other[1] + ' ' + other[2] + ' ' + other[3] + ' ' + other[4];
  };
  CHECK(has_ended(with(5, "")));
  CHECK(has_ended(with(3, words[3]) + '0'));
  for (const std::size_t place : {0, 1, 2}) CHECK(!has_ended(with(place, "another")));
}
