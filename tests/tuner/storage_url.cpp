#include <filesystem>

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tuner/cluster/visibility.hpp"
#include "tuner/storage/study_place.hpp"
#include "tuner/storage/url.hpp"

using tune::tuner::StorageUrl;
using tune::tuner::StudyPlace;

namespace {

std::string shown(const std::string& url) {
  return StorageUrl(url).text();
}

}  // namespace

TEST_CASE("the parameters of a URL are behind a question mark that is not the password's") {
  const StorageUrl url("postgresql://me:se?cret@db/tune?sslmode=require");
  CHECK(url.address() == "postgresql://me:se?cret@db/tune");
  CHECK(url.parameters() == "sslmode=require");
  CHECK(StorageUrl("postgresql://db?user=me").parameters() == "user=me");
  CHECK(StorageUrl("postgresql://db/tune").parameters().empty());
}

TEST_CASE("a URL is shown without its passwords") {
  CHECK(shown("postgresql://me:secret@db:5432/tune") == "postgresql://me@db:5432/tune");
  CHECK(shown("postgresql://db:5432/tune?user=me&password=secret") ==
        "postgresql://db:5432/tune?user=me");
  CHECK(shown("postgresql://db/tune?password=secret&sslmode=require&sslpassword=other") ==
        "postgresql://db/tune?sslmode=require");
  CHECK(shown("postgresql://me:se?cret@db/tune?sslpassword=a@b") == "postgresql://me@db/tune");
  CHECK(shown("postgresql://db?user=me&password=secret") == "postgresql://db?user=me");
  CHECK(shown("postgresql:///tune?host=/tmp&user=a:b@c") ==
        "postgresql:///tune?host=/tmp&user=a:b@c");
  CHECK(shown("postgresql://db:5432/tune?user=me@here") ==
        "postgresql://db:5432/tune?user=me@here");
  CHECK(shown("sqlite:///a.db?timeout=5") == "a.db");
}

TEST_CASE("a URL means the same in another folder, timeout and all") {
  const std::string here = std::filesystem::current_path().string();
  CHECK(StorageUrl("sqlite:///a.db?timeout=5").absolute() ==
        "sqlite:///" + here + "/a.db?timeout=5");
  CHECK(StorageUrl("sqlite:////x/../a.db").absolute() == "sqlite:////a.db");
  CHECK(StorageUrl("postgresql+psycopg2://me:secret@db/tune").absolute() ==
        "postgresql://me:secret@db/tune");
  CHECK(StudyPlace::absolute("sqlite:///a.db?timeout=7#homes") ==
        "sqlite:///" + here + "/a.db?timeout=7#homes");
}

TEST_CASE("a URL without a file is refused") {
  for (const char* url : {"sqlite:///?timeout=5", "sqlite:///", "postgresql://", "a.db"}) {
    INFO(url);
    CHECK_THROWS_WITH(
        StorageUrl(url),
        "a store is written sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
  }
}

TEST_CASE("the driver that Optuna names says nothing of where a server is") {
  const auto here = [](const char* url) {
    return tune::tuner::is_loopback(StorageUrl(url).connection());
  };
  CHECK(!here("postgresql+psycopg2://me@db.example.org/tune"));
  CHECK(here("postgresql+psycopg2://me@localhost/tune"));
}
