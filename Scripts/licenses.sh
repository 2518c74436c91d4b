#!/usr/bin/env bash
# Prints the licenses of everything that a binary of rdbsift contains or links, from the packages that
# brought it. Usage: Scripts/licenses.sh PATH-TO-RDBSIFT
#
# Fails if the license of a library cannot be found, so that the file is complete or there is none.
set -euo pipefail

fail() { echo "licenses: $*" >&2; exit 1; }

binary=${1:?usage: Scripts/licenses.sh PATH-TO-RDBSIFT}
repository=$(cd "$(dirname "$0")/.." && pwd)
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")

section() {
  [[ -s $2 ]] || fail "there is no license of $1 at $2"
  printf '%s\n%s\n\n' "$1" "$(printf '%*s' "${#1}" '' | tr ' ' '=')"
  cat "$2"
  printf '\n\n'
}

# The libraries that a binary links, without those of the C library, which every system brings.
linked() {
  ldd "$1" | awk '/=> \// { print $3 }' | grep -Ev '/(libc|libm|libgcc_s|ld-linux-[^/]*)\.so' | sort
}

cat <<'TEXT'
rdbsift contains or links the following software. rdbsift itself is under the license in LICENSE.

TEXT
section "Swift standard library, Foundation and libdispatch" "$toolchain/share/swift/LICENSE.txt"
section "swift-argument-parser" "$repository/.build/checkouts/swift-argument-parser/LICENSE.txt"
for library in $(linked "$binary"); do
  # The Swift runtime has its section already, where it is not part of the binary.
  case $library in "$toolchain"/*) continue ;; esac
  path=$(readlink -f "$library")
  # Where /lib is a link to /usr/lib, the package may know only one of the two names.
  package=$(dpkg -S "$path" 2>/dev/null || dpkg -S "${path#/usr}" 2>/dev/null) \
    || fail "no package owns $library"
  section "$(basename "$library")" "/usr/share/doc/${package%%:*}/copyright"
done
