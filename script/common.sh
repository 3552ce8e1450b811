# Shared by the scripts: where the project is, what it needs, and the build.
# Everything said here goes to standard error; standard output belongs to the program.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
packages="libedit-dev libopenblas-dev libmd4c-dev libvterm-dev pkg-config"

# Everything that computes runs on one thread, so in a release build reference counts need no atomic
# operations (they were half of the time of a small network's training step in a script), and the
# exclusivity that debug builds check holds. Tests run in parallel and are built without this. Not
# in Package.swift: another package cannot depend on one with such flags.
release_flags="-Xswiftc -Xfrontend -Xswiftc -assume-single-threaded
  -Xswiftc -enforce-exclusivity=unchecked"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
  say "$@"
  exit 2
}

require_swift() {
  command -v swift >/dev/null 2>&1 || fail "Swift is not installed (or not on PATH).
  Get Swift 6.1 or newer from https://www.swift.org/install/linux and run this again."
}

missing_packages() {
  for package in $packages; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || status=absent
    [ "$status" = installed ] || printf ' %s' "$package"
  done
}

# Installs the Debian packages that are missing; does nothing when all are there.
install_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    pkg-config --exists libedit openblas md4c vterm 2>/dev/null && return
    fail "this is not a Debian system: install libedit, OpenBLAS, md4c and, for
  the tests, libvterm (with their headers)
  and pkg-config by hand, then run this again."
  fi
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
      fail "Debian packages are missing; as root, type: apt-get install$missing"
    as_root=sudo
  fi
  say "installing Debian packages:$missing"
  log=$(mktemp)
  apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@"; }
  # An outdated list may still do, so a failed update alone is no reason to stop.
  apt update >"$log" 2>&1 || say "apt-get update failed; trying with the lists that are here"
  # shellcheck disable=SC2086 # the list is meant to be split
  if ! apt install -y --no-install-recommends $missing >>"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "the packages could not be installed:$missing"
  fi
  rm -f "$log"
}

# quietly COMMAND...: shows what the command printed only when it fails.
quietly() {
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

# With the Swift libraries inside, the program starts in about 60 % of the time; not every
# installation of Swift has them in that form.
static_option() {
  resources=$(swift -print-target-info 2>/dev/null |
    sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
  [ ! -d "${resources}_static" ] || printf '%s' --static-swift-stdlib
}

# build_release PRODUCT: builds it as it is meant to be used.
build_release() {
  # shellcheck disable=SC2086,SC2046 # the flags are meant to be split
  quietly swift build --package-path "$root" -c release $release_flags $(static_option) \
    --product "$1" || fail "the build failed; what the compiler said is above"
}
