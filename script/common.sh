# Shared by script/run and script/test: where the project is, what it needs, and the build.
# Everything said here goes to standard error; standard output belongs to the program.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
packages="libedit-dev libopenblas-dev libmd4c-dev pkg-config"

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
    pkg-config --exists libedit openblas md4c 2>/dev/null && return
    fail "this is not a Debian system: install libedit, OpenBLAS, md4c (with their headers)
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
