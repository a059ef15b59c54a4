#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace {

/// The folder of the program for this machine, as CMakeLists.txt names them.
const char* instruction_set() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) {
    // Zen 3 and 4 are a family, which does not gain from the widest registers (kernels/vector.hpp).
    return __builtin_cpu_is("amdfam19h") ? "x86-64-v4-zen" : "x86-64-v4";
  }
  return __builtin_cpu_supports("x86-64-v3") ? "x86-64-v3" : "x86-64";
}

}  // namespace

int main(int, char** arguments) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto program = self.parent_path() / "lib" / instruction_set() / "tune";
  if (!error) execv(program.c_str(), arguments);
  std::fprintf(stderr, "tune: %s: %s\n", program.c_str(),
               error ? error.message().c_str() : std::strerror(errno));
  return 2;
}
