# shellcheck shell=bash
# What the scripts of this project share: the Debian packages, the build, messages. To be sourced.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(g++ cmake ninja-build libboost-dev libboost-program-options-dev libeigen3-dev
  libtbb-dev libhdf5-dev zlib1g-dev nlohmann-json3-dev libsoci-dev libsqlite3-dev libpq-dev
  gnuplot-nox)
# shellcheck disable=SC2034
test_packages=(catch2 postgresql chromium chromium-driver)
# shellcheck disable=SC2034
fetch_packages=(ca-certificates curl)

# say TEXT: progress and errors; standard output is for results.
say() { printf '%s\n' "$*" >&2; }

# Prints those of the packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      printf '%s\n' "$package"
  done
}

# Whether apt's lists, which a fresh system does not have yet, know all packages.
apt_knows() {
  local package
  for package in "$@"; do apt-cache show "$package" >/dev/null 2>&1 || return 1; done
}

# need_packages PACKAGE...: installs those that are missing; without root, says how and fails.
need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is no Debian or Ubuntu; taking it that these are installed: $*"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  local as_root=(env DEBIAN_FRONTEND=noninteractive)
  if ((EUID != 0)); then
    if ! { command -v sudo && sudo -n true; } >/dev/null 2>&1; then
      say "These packages are missing. Install them, then run this again:"
      say "  sudo apt-get update && sudo apt-get install ${missing[*]}"
      return 1
    fi
    as_root=(sudo -n "${as_root[@]}")
  fi
  say "Installing ${missing[*]}"
  # The timeout is for a package manager that is at work at the same time.
  local apt=("${as_root[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  local install=("${apt[@]}" install -y --no-install-recommends "${missing[@]}")
  if apt_knows "${missing[@]}" && "${install[@]}" >&2; then return; fi
  "${apt[@]}" update >&2 && "${install[@]}" >&2
}

# use_ccache: lets a compiler cache serve the next configure, where there is one.
use_ccache() {
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
}

# build_target TARGET: builds a target for this machine, optimised; apart from the tests' build.
build_target() {
  need_packages "${build_packages[@]}"
  use_ccache
  cmake -S "$root" --preset release -B "$root/build/experiments" -DTUNE_TESTS=OFF >&2
  cmake --build "$root/build/experiments" --target "$1" >&2
}

# Prints the folder where data files are looked for and fetched to: TUNE_DATA, or shared/data beside
# the checkout if it exists, or a cache.
data_folder() {
  local beside=$root/../shared/data
  if [[ -n ${TUNE_DATA:-} ]]; then
    echo "$TUNE_DATA"
  elif [[ -d $beside ]]; then
    (cd "$beside" && pwd)
  else
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/tune"
  fi
}
