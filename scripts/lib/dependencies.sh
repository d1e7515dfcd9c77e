# shellcheck shell=bash
# Sourced by the scripts: installs what the build needs from the distribution's packages, and builds.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
boost_headers="$repository/build/third-party/boost/usr/include"

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $1"
  [ $# -lt 2 ] || say "       $2"
  exit 1
}

# Runs a command as root: as it is, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@" 2>/dev/null || sudo "$@"; fi
}

build_packages() {
  echo build-essential cmake ninja-build ccache pkg-config git ca-certificates curl \
    libyaml-dev libcurl4-openssl-dev libmbedtls-dev libssl-dev zlib1g-dev libfmt-dev libcli11-dev libsqlite3-dev catch2 \
    python3 python3-venv python3-pandas python3-sklearn python3-jsonschema python3-yaml \
    python3-pytest python3-pytest-cov python3-flake8
  command -v node >/dev/null 2>&1 || echo nodejs
}

missing_packages() {
  local package
  for package in $(build_packages); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && continue
    # A tool that was installed in another way counts as well.
    case $package in
      cmake | git | curl | ccache) command -v "$package" >/dev/null 2>&1 && continue ;;
      ninja-build) command -v ninja >/dev/null 2>&1 && continue ;;
    esac
    echo "$package"
  done
}

has_boost_json() {
  [ -f "$boost_headers/boost/json/src.hpp" ] || [ -f /usr/include/boost/json/src.hpp ]
}

# Ubuntu's Boost has JSON and stands beside scikit-learn. Debian 12's default Boost (1.74) lacks JSON, and its newer one
# conflicts with scikit-learn's packages; only headers are needed, so they are unpacked into the build folder.
install_boost() {
  has_boost_json && return
  ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || as_root apt-get update -q >/dev/null || true
  local candidate
  candidate=$(apt-cache policy libboost-dev 2>/dev/null | sed -n 's/ *Candidate: \([0-9]*\.[0-9]*\).*/\1/p')
  if [ -n "$candidate" ] && [ "$(printf '%s\n1.81\n' "$candidate" | sort -V | head -n 1)" = 1.81 ]; then
    say "Installing libboost-dev $candidate"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends libboost-dev >&2 ||
      die "apt-get could not install libboost-dev."
    return
  fi
  say "Unpacking the headers of libboost1.81-dev into build/third-party"
  local folder="$repository/build/third-party"
  mkdir -p "$folder"
  (
    cd "$(mktemp -d)" || exit 1
    chmod 755 .
    apt-get -o APT::Sandbox::User=root download -q libboost1.81-dev >/dev/null && dpkg -x libboost1.81-dev_*.deb unpacked &&
      rm -rf "$folder/boost" && mv unpacked "$folder/boost"
  ) || die "apt-get could not fetch libboost1.81-dev." "Install Boost 1.81 or later with Boost.JSON, or check the network."
}

# Installs everything that is missing; names it when that needs rights this user lacks.
ensure_build_dependencies() {
  command -v apt-get >/dev/null 2>&1 ||
    die "this script installs packages with apt-get, which this machine lacks." \
      "Install the packages named in scripts/lib/dependencies.sh by hand and build with: cmake --preset release"
  local missing
  missing=$(missing_packages)
  if [ -n "$missing" ] || ! has_boost_json; then
    if [ -n "$missing" ] && [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
      die "these packages are missing and only root can install them: ${missing//$'\n'/ }" \
        "As root: apt-get install ${missing//$'\n'/ }"
    fi
    if [ -n "$missing" ]; then
      say "Installing: ${missing//$'\n'/ }"
      as_root apt-get update -q >/dev/null || say "warning: apt-get update failed; trying with the lists that are here"
      # shellcheck disable=SC2086 # a list of words
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null ||
        die "apt-get could not install: ${missing//$'\n'/ }" "Check the network and the package sources, then try again."
    fi
    install_boost
  fi
  check_node
}

check_node() {
  local major
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) || die "node is missing." "Install Node.js 16 or later."
  [ "$major" -ge 16 ] || die "node is version $major, the launchers need 16 or later."
}

# build_preset NAME [target...]: configures when needed and builds with what the machine has.
build_preset() {
  local preset=$1
  shift
  (
    cd "$repository" || exit 1
    if [ ! -f "build/$preset/build.ninja" ]; then
      say "Configuring the $preset build"
      cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 ||
        { tail -n 20 "build/configure-$preset.log" >&2; exit 1; }
    fi
    say "Building ($preset)"
    cmake --build --preset "$preset" ${1:+--target "$@"} >&2
  ) || die "the $preset build failed." "The compiler's messages stand above."
}
