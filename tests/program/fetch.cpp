#include <sys/wait.h>

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;

const std::string kRoot = TUNE_SOURCE_DIR;
const std::string kBody = "hello\n";
const std::string kBodySum = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

/// An HTTP server on the loopback: kBody at /whole, a body that ends too early at /short, a
/// redirection at /moved, and 404 for all else.
class Server {
 public:
  Server() : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Server() {
    context_.stop();
    thread_.join();
  }

  std::string address() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  int requests() const { return requests_; }

 private:
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (error) return;
      answer(socket);
      accept();
    });
  }

  void answer(tcp::socket& socket) {
    boost::system::error_code ignored;  // a client that goes away fails its own test
    std::string request;
    asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", ignored);
    ++requests_;
    asio::write(socket, asio::buffer(response(request)), ignored);
    socket.shutdown(tcp::socket::shutdown_both, ignored);
  }

  static std::string response(const std::string& request) {
    const auto with = [](const std::string& status, std::size_t length) {
      return "HTTP/1.1 " + status +
             "\r\nConnection: close\r\nContent-Length: " + std::to_string(length) + "\r\n";
    };
    if (request.starts_with("GET /whole ")) return with("200 OK", kBody.size()) + "\r\n" + kBody;
    if (request.starts_with("GET /short ")) return with("200 OK", 1000) + "\r\n" + kBody;
    if (request.starts_with("GET /moved "))
      return with("302 Found", 0) + "Location: /whole\r\n\r\n";
    return with("404 Not Found", 0) + "\r\n";
  }

  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "tune-fetch-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~TemporaryFolder() { fs::remove_all(path_); }

  fs::path operator/(const std::string& name) const { return path_ / name; }
  bool empty() const { return fs::is_empty(path_); }

 private:
  fs::path path_;
};

struct Run {
  int status;
  std::string output;  ///< both streams
};

Run run(const std::string& command) {
  const std::string whole = "{ " + command + "; } 2>&1";
  std::FILE* pipe = popen(whole.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  Run run{0, {}};
  for (int c; (c = std::fgetc(pipe)) != EOF;) run.output += static_cast<char>(c);
  run.status = WEXITSTATUS(pclose(pipe));
  return run;
}

std::string shell_word(const fs::path& path) {
  return '\'' + path.string() + '\'';
}

Run fetch(const std::string& url, const std::string& sum, const fs::path& file) {
  return run("no_proxy=127.0.0.1 " + shell_word(kRoot + "/experiments/fetch") + ' ' + url + ' ' +
             sum + ' ' + shell_word(file));
}

std::string content(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a fetched file appears under its name, whole and alone") {
  const Server server;
  const TemporaryFolder folder;
  const std::string path = GENERATE("/whole", "/moved");
  const Run done = fetch(server.address() + path, kBodySum, folder / "new" / "file");
  INFO(done.output);
  CHECK(done.status == 0);
  CHECK(content(folder / "new" / "file") == kBody);
  CHECK(std::distance(fs::directory_iterator(folder / "new"), {}) == 1);
}

TEST_CASE("a file that the server does not have is an error that leaves nothing") {
  const Server server;
  const TemporaryFolder folder;
  const Run done = fetch(server.address() + "/none", kBodySum, folder / "file");
  CHECK(done.status == 1);
  CHECK(has(done.output, server.address() + "/none: "));
  CHECK(has(done.output, "404"));
  CHECK(folder.empty());
}

TEST_CASE("a file with another checksum is refused, and the one that was there is kept") {
  const Server server;
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "before";
  const std::string wanted(64, '0');
  const Run done = fetch(server.address() + "/whole", wanted, folder / "file");
  CHECK(done.status == 1);
  CHECK(has(done.output, "its SHA-256 is " + kBodySum + ", expected " + wanted));
  CHECK(content(folder / "file") == "before");
  fs::remove(folder / "file");
  CHECK(folder.empty());
}

TEST_CASE("a connection that ends too early is an error that leaves nothing") {
  const Server server;
  const TemporaryFolder folder;
  const Run done = fetch(server.address() + "/short", kBodySum, folder / "file");
  CHECK(done.status == 1);
  CHECK(has(done.output, server.address() + "/short: "));
  CHECK(folder.empty());
}

TEST_CASE("a server that is not there is an error that leaves nothing") {
  const std::string address = Server().address();
  const TemporaryFolder folder;
  const Run done = fetch(address + "/whole", kBodySum, folder / "file");
  CHECK(done.status == 1);
  CHECK(has(done.output, address + "/whole: "));
  CHECK(folder.empty());
}

TEST_CASE("california housing is fetched once, from the mirror if there is one") {
  const Server server;
  const TemporaryFolder folder;
  const std::string command = "no_proxy=127.0.0.1 TUNE_MIRROR=" + server.address() + ' ' +
                              shell_word(kRoot + "/experiments/california_housing/fetch") + ' ' +
                              shell_word(folder / "");
  const Run missing = run(command);
  CHECK(missing.status == 1);
  CHECK(has(missing.output, server.address() + "/datasets/housing/housing.csv: "));
  CHECK(folder.empty());
  CHECK(server.requests() == 1);

  std::ofstream(folder / "california_housing.csv") << "there";
  CHECK(run(command).status == 0);
  CHECK(content(folder / "california_housing.csv") == "there");
  CHECK(server.requests() == 1);
}

TEST_CASE("california housing becomes scikit-learn's columns") {
  const TemporaryFolder folder;
  std::ofstream(folder / "raw.csv")
      << "longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,households,"
         "median_income,median_house_value,ocean_proximity\n"
         "-122.23,37.88,41.0,880.0,129.0,322.0,126.0,8.3252,452600.0,NEAR BAY\n"
         "-122.16,37.77,47.0,1256.0,,570.0,218.0,4.375,161900.0,NEAR BAY\n";
  const Run done =
      run("LC_ALL=C awk -f " + shell_word(kRoot + "/experiments/california_housing/convert.awk") +
          ' ' + shell_word(folder / "raw.csv"));
  REQUIRE(done.status == 0);
  std::istringstream lines(done.output);
  std::string line;
  std::getline(lines, line);
  CHECK(line ==
        "MedInc,HouseAge,AveRooms,AveBedrms,Population,AveOccup,Latitude,Longitude,MedHouseVal");
  // The first row is the one that scikit-learn's documentation shows; the second lacks bedrooms.
  const std::vector<std::vector<double>> expected = {
      {8.3252, 41, 880.0 / 126, 129.0 / 126, 322, 322.0 / 126, 37.88, -122.23, 4.526},
      {4.375, 47, 1256.0 / 218, 435.0 / 218, 570, 570.0 / 218, 37.77, -122.16, 1.619}};
  for (const std::vector<double>& row : expected) {
    REQUIRE(std::getline(lines, line));
    std::istringstream cells(line);
    std::vector<double> numbers;
    for (std::string cell; std::getline(cells, cell, ',');) numbers.push_back(std::stod(cell));
    CHECK(numbers == row);
  }
  CHECK_FALSE(std::getline(lines, line));
}

TEST_CASE("an unknown experiment is refused with the names of those that there are") {
  const Run done = run(shell_word(kRoot + "/experiments/run") + " iriss");
  CHECK(done.status == 2);
  CHECK(has(done.output, "'iriss'"));
  for (const std::string name :
       {"california_housing", "cmaes", "evolution", "gp", "hyperband", "iris", "xor"}) {
    CHECK(has(done.output, "\n  " + name + '\n'));
  }
}
