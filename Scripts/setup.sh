#!/usr/bin/env bash
# Checks for what a build needs, and installs what is missing on Debian and Ubuntu.
# Usage: Scripts/setup.sh [--servers]
#
#   --servers   redis-server as well, which the tests of round trips start on a socket of their own,
#               and newer servers where they can be had (Scripts/servers.sh)
#
# Where everything is there already, this does nothing and needs neither root nor a network.
set -euo pipefail

fail() { echo "setup: $*" >&2; exit 1; }

servers=no
case ${1:-} in
  '') ;;
  --servers) servers=yes ;;
  *) fail "unknown option $1 (only --servers is known)" ;;
esac

# The compiler comes from its own place on every system.
command -v swift >/dev/null || fail "Swift 6.2 or later is needed, see https://www.swift.org/install"
version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
read -r major minor <<<"${version:-0 0}"
if ((major < 6 || (major == 6 && minor < 2))); then
  fail "Swift 6.2 or later is needed, this is $major.$minor; see https://www.swift.org/install"
fi

# pkg-config's name for each library, and the packages that bring it.
libraries=(libpcre2-8 zlib liblz4 libzstd libisal libcrypto)
declare_package() {
  case $1 in
    libpcre2-8) apt=libpcre2-dev brew=pcre2 ;;
    zlib) apt=zlib1g-dev brew=zlib ;;
    liblz4) apt=liblz4-dev brew=lz4 ;;
    libzstd) apt=libzstd-dev brew=zstd ;;
    libisal) apt=libisal-dev brew=isa-l ;;
    libcrypto) apt=libssl-dev brew=openssl@3 ;;
    pkg-config) apt=pkg-config brew=pkgconf ;;
    redis-server) apt=redis-server brew=redis ;;
  esac
}

missing_apt=() missing_brew=()
miss() {
  declare_package "$1"
  missing_apt+=("$apt")
  missing_brew+=("$brew")
}
look() {
  missing_apt=() missing_brew=()
  if command -v pkg-config >/dev/null; then
    for library in "${libraries[@]}"; do
      pkg-config --exists "$library" || miss "$library"
    done
  else
    miss pkg-config
    for library in "${libraries[@]}"; do miss "$library"; done
  fi
  if [[ $servers == yes ]] && ! command -v redis-server >/dev/null; then miss redis-server; fi
}

look
if [[ $servers == yes ]]; then "$(dirname "$0")/servers.sh"; fi
if ((${#missing_apt[@]} == 0)); then exit 0; fi

if [[ $(uname -s) == Darwin ]]; then
  fail "missing; please run: brew install ${missing_brew[*]}"
fi
if ! command -v apt-get >/dev/null; then
  fail "missing, by their Debian names: ${missing_apt[*]}; please install them with your system's package manager"
fi

root=()
if [[ $(id -u) != 0 ]]; then
  command -v sudo >/dev/null \
    || fail "missing; please run as root: apt-get install ${missing_apt[*]}"
  root=(sudo)
fi
echo "setup: installing ${missing_apt[*]}"
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install -y -qq --no-install-recommends "${missing_apt[@]}")
# The first try spares the network where the package lists are fresh.
if ! ${root[@]+"${root[@]}"} "${install[@]}" >/dev/null 2>&1; then
  ${root[@]+"${root[@]}"} apt-get update -qq
  ${root[@]+"${root[@]}"} "${install[@]}" >/dev/null
fi

look
if ((${#missing_apt[@]} > 0)); then fail "still missing after the installation: ${missing_apt[*]}"; fi
