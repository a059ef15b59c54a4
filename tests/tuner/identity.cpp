#include "tuner/identity.hpp"

#include <Eigen/Core>
#include <algorithm>

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tuner/probe.hpp"

using namespace tune::tuner;

namespace {

using Found = std::vector<std::string>;

ProgramIdentity identity(const std::string& text) {
  return ProgramIdentity::parse(text);
}

}  // namespace

TEST_CASE("a program's identity is a line that is read back") {
  const std::string text = this_program().text();
  INFO(text);
  CHECK(text.starts_with("tune "));
  CHECK(text.find('\n') == std::string::npos);
  for (const char* name : {"tune", "compiler", "options", "instructions", "registers", "Eigen",
                           "Boost", "glibc", "bits"}) {
    CHECK(std::ranges::count(this_program().parts(), name, &ProgramIdentity::Part::name) == 1);
  }
  CHECK(identity(text) == this_program());
  CHECK(differences(identity(text), this_program()) == Found{});
}

TEST_CASE("two programs' identities say in words what differs") {
  const ProgramIdentity here =
      identity("tune 0.2, compiler 13.1 (x), registers of 8 floats, bits b");
  CHECK(differences(here, here) == Found{});
  CHECK(differences(identity("tune 0.2, compiler 12.2.0, registers of 16 floats, bits a"), here) ==
        Found{"compiler 12.2.0, here 13.1 (x)", "registers of 16 floats, here of 8 floats"});
  // A version with other parts.
  CHECK(differences(identity("tune 0.1, libm 3, registers of 8 floats, bits a"), here) ==
        Found{"tune 0.1, here 0.2", "libm 3, here unknown", "compiler unknown, here 13.1 (x)"});
}

TEST_CASE("where all versions agree, the bits decide") {
  CHECK(differences(identity("tune 0.2, bits a"), identity("tune 0.2, bits b")) ==
        Found{"bits a, here b"});
}

TEST_CASE("what is no identity is refused") {
  for (const char* text : {"tune", "tune ", " 0.1", "tune 0.1, , bits a", "tune 0.1, bits"}) {
    INFO(text);
    CHECK_THROWS_AS(identity(text), tune::base::InputError);
  }
}

TEST_CASE("the probe comes to the same bits whatever caches the processor has") {
  const std::string bits = probe();
  CHECK(bits.size() == 32);
  Eigen::setCpuCacheSizes(1 << 16, 1 << 17, 1 << 20);
  CHECK(probe() == bits);
}
