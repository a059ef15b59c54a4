// A library to preload: system calls that change files below a folder fail where a test wants it.
//
// FAULTS_BELOW names the folder. Its calls are counted from 1; call FAULTS_AT fails with errno
// FAULTS_ERROR, and so do all after it if FAULTS_LAST is set (a full disk stays full). With
// FAULTS_SHORT a write that is to fail writes half of its bytes first, if it has several.
// FAULTS_COUNT names a file that holds the number of calls in the end.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Plan {
  std::string folder;
  long at = 0;
  int error = EIO;
  bool lasts = false, halves = false;
  std::string count;

  Plan() {
    const auto value = [](const char* name) {
      const char* text = std::getenv(name);
      return std::string(text == nullptr ? "" : text);
    };
    folder = value("FAULTS_BELOW");
    at = std::atol(value("FAULTS_AT").c_str());
    if (const std::string given = value("FAULTS_ERROR"); !given.empty()) error = std::stoi(given);
    lasts = !value("FAULTS_LAST").empty();
    halves = !value("FAULTS_SHORT").empty();
    count = value("FAULTS_COUNT");
  }
};

/// Made at the first call, which may come before this library's own start, and never destroyed.
const Plan& plan() {
  static const Plan* const made = new Plan;
  return *made;
}

std::atomic<long> calls = 0;

/// Counts a call on that path: is it to fail?
bool fails(const char* path) {
  const std::string& folder = plan().folder;
  if (path == nullptr || folder.empty() || std::strncmp(path, folder.c_str(), folder.size()) != 0) {
    return false;
  }
  const long call = ++calls;
  if (plan().at == 0 || (plan().lasts ? call < plan().at : call != plan().at)) return false;
  errno = plan().error;
  return true;
}

bool fails(int descriptor) {
  char path[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = readlink(link.c_str(), path, sizeof path - 1);
  if (length < 0) return false;
  path[length] = 0;
  return fails(path);
}

bool writes(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}

/// The function that this library hides.
template <class Function>
Function* hidden(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

__attribute__((destructor)) void tell_count() {
  if (plan().count.empty()) return;
  if (std::FILE* file = std::fopen(plan().count.c_str(), "w")) {
    std::fprintf(file, "%ld\n", calls.load());
    std::fclose(file);
  }
}

}  // namespace

#define HIDDEN(name) static const auto real = hidden(&::name, #name)

#define ON_DESCRIPTOR(name, parameters, arguments)  \
  extern "C" int name parameters {                  \
    HIDDEN(name);                                   \
    return fails(descriptor) ? -1 : real arguments; \
  }

#define WRITE(name, parameters, arguments, half)       \
  extern "C" ssize_t name parameters {                 \
    HIDDEN(name);                                      \
    if (!fails(descriptor)) return real arguments;     \
    return plan().halves && size > 1 ? real half : -1; \
  }

#define OPEN(name, parameters, last, ...)        \
  extern "C" int name parameters {               \
    HIDDEN(name);                                \
    mode_t mode = 0;                             \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {  \
      va_list more;                              \
      va_start(more, last);                      \
      mode = va_arg(more, mode_t);               \
      va_end(more);                              \
    }                                            \
    if (writes(flags) && fails(path)) return -1; \
    return real(__VA_ARGS__, mode);              \
  }

#define FOPEN(name)                                                \
  extern "C" std::FILE* name(const char* path, const char* mode) { \
    HIDDEN(name);                                                  \
    if (std::strpbrk(mode, "wa+") != nullptr && fails(path)) {     \
      return nullptr;                                              \
    }                                                              \
    return real(path, mode);                                       \
  }

WRITE(write, (int descriptor, const void* data, size_t size), (descriptor, data, size),
      (descriptor, data, size / 2))
WRITE(pwrite, (int descriptor, const void* data, size_t size, off_t at),
      (descriptor, data, size, at), (descriptor, data, size / 2, at))
WRITE(pwrite64, (int descriptor, const void* data, size_t size, off64_t at),
      (descriptor, data, size, at), (descriptor, data, size / 2, at))
WRITE(writev, (int descriptor, const iovec* data, int size), (descriptor, data, size),
      (descriptor, data, size / 2))
ON_DESCRIPTOR(fsync, (int descriptor), (descriptor))
ON_DESCRIPTOR(fdatasync, (int descriptor), (descriptor))
ON_DESCRIPTOR(ftruncate, (int descriptor, off_t size) noexcept, (descriptor, size))
ON_DESCRIPTOR(ftruncate64, (int descriptor, off64_t size) noexcept, (descriptor, size))
OPEN(open, (const char* path, int flags, ...), flags, path, flags)
OPEN(open64, (const char* path, int flags, ...), flags, path, flags)
OPEN(openat, (int folder, const char* path, int flags, ...), flags, folder, path, flags)
OPEN(openat64, (int folder, const char* path, int flags, ...), flags, folder, path, flags)
FOPEN(fopen)
FOPEN(fopen64)

extern "C" int mkdir(const char* path, mode_t mode) noexcept {
  HIDDEN(mkdir);
  return fails(path) ? -1 : real(path, mode);
}

extern "C" int rename(const char* from, const char* to) noexcept {
  HIDDEN(rename);
  return fails(to) ? -1 : real(from, to);
}

extern "C" int renameat(int folder, const char* from, int other, const char* to) noexcept {
  HIDDEN(renameat);
  return fails(to) ? -1 : real(folder, from, other, to);
}
