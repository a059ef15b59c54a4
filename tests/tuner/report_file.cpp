#include <stdlib.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tuner/report/atomic_file.hpp"

namespace fs = std::filesystem;
using tune::base::InputError;
using tune::tuner::write_file;

namespace {

/// An empty folder that is gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "tune-report-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path operator/(const std::string& name) const { return path_ / name; }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), {}));
  }

 private:
  fs::path path_;
};

/// As long as it lives a file cannot grow beyond so many bytes: a full disk for this process.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

void write_text(const fs::path& path, const std::string& text) {
  write_file(path, [&](std::ostream& out) { out << text; });
}

std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a file is written, and written over") {
  const Folder folder;
  write_text(folder / "a.csv", "one\r\n");
  CHECK(read_text(folder / "a.csv") == "one\r\n");
  write_text(folder / "a.csv", "two");
  CHECK(read_text(folder / "a.csv") == "two");
  CHECK(folder.files() == 1);
}

TEST_CASE("a writer that throws leaves the old file and nothing else") {
  const Folder folder;
  write_text(folder / "a.csv", "old");
  CHECK_THROWS_AS(write_file(folder / "a.csv",
                             [](std::ostream& out) {
                               out << "half" << std::flush;
                               throw std::runtime_error("no");
                             }),
                  std::runtime_error);
  CHECK(read_text(folder / "a.csv") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a full disk leaves the old file and nothing else") {
  const Folder folder;
  write_text(folder / "a.csv", "old");
  const auto write_much = [&] {
    const FileSizeLimit limit(4096);
    write_text(folder / "a.csv", std::string(100000, 'x'));
  };
  CHECK_THROWS_WITH(write_much(),
                    (folder / "a.csv").string() + ": cannot be written: File too large");
  CHECK(read_text(folder / "a.csv") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a folder that is not there, or in the way, is an error with path and reason") {
  const Folder folder;
  const fs::path missing = folder / "no/a.csv";
  CHECK_THROWS_AS(write_text(missing, "x"), InputError);
  CHECK_THROWS_WITH(write_text(missing, "x"),
                    missing.string() + ": cannot be written: No such file or directory");
  fs::create_directory(folder / "taken");
  CHECK_THROWS_WITH(write_text(folder / "taken", "x"),
                    (folder / "taken").string() + ": cannot be written: Is a directory");
  CHECK(folder.files() == 1);
}
