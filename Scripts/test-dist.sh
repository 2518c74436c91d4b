#!/usr/bin/env bash
# Installs, runs and removes what `make dist` has made, in a bare Debian 12. Needs root and debootstrap.
# Usage: Scripts/test-dist.sh OUT
set -euo pipefail

fail() { echo "test-dist: $*" >&2; exit 1; }

out=$(cd "${1:?usage: Scripts/test-dist.sh OUT}" && pwd)
repository=$(cd "$(dirname "$0")/.." && pwd)
[[ $(id -u) == 0 ]] || fail "root is needed, for chroot"
for tool in debootstrap lintian; do
  command -v "$tool" >/dev/null || fail "$tool is needed: apt-get install debootstrap lintian"
done
shopt -s nullglob
tarballs=("$out"/*.tar.gz) packages=("$out"/*.deb)
((${#tarballs[@]} == 1 && ${#packages[@]} == 1)) || fail "one tarball and one package are expected in $out"
tarball=${tarballs[0]} package=${packages[0]}

# The place that this machine installs its own packages from.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null \
  | sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *(https?:[^ ]*debian[^ ]*).*/\3/p' | grep -v security | head -n 1)
[[ -n $mirror ]] || fail "no Debian mirror is configured"

root=$(mktemp -d)
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf "$root"' EXIT
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$root.log" 2>&1 || { tail "$root.log"; fail "debootstrap"; }
mount -t proc proc "$root/proc"
cp "$repository/samples/shop.rdb" "$tarball" "$package" "$root/tmp/"
for file in /etc/resolv.conf /etc/apt/apt.conf.d/*proxy*; do
  if [[ -f $file ]]; then install -D -m 644 "$file" "$root$file"; fi
done
inside() { chroot "$root" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }


echo "test-dist: the tarball, in a folder of its own"
inside tar -C /opt -xzf "/tmp/$(basename "$tarball")"
unpacked=/opt/$(basename "$tarball" .tar.gz)
for library in $(inside /bin/sh -c "ldd $unpacked/bin/rdbsift" | awk '/not found/ { print $1 }'); do
  fail "the tarball lacks $library"
done
inside "$unpacked/bin/rdbsift" --version
inside "$unpacked/bin/rdbsift" verify /tmp/shop.rdb | tail -n 3
# What links but is not in the licenses would be shipped without its license.
for library in $(inside /bin/sh -c "ls $unpacked/lib"); do
  grep -q "^$library$" "$root$unpacked/THIRD-PARTY-LICENSES" || fail "$library has no license in the tarball"
done

echo "test-dist: the package"
inside apt-get update -qq
inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "/tmp/$(basename "$package")" >/dev/null 2>&1 \
  || fail "the package cannot be installed"
inside rdbsift verify /tmp/shop.rdb | tail -n 3
inside test -s /usr/share/man/man1/rdbsift.1.gz || inside ls -R /usr/share/man >/dev/null
inside env DEBIAN_FRONTEND=noninteractive apt-get remove -y -qq rdbsift >/dev/null 2>&1
if inside test -e /usr/bin/rdbsift; then fail "rdbsift is still there after its removal"; fi
# A static Swift library and a package that is in no archive: lintian cannot know either.
lintian --fail-on error --suppress-tags embedded-library "$package" || fail "lintian has errors"
echo "test-dist: passed"
