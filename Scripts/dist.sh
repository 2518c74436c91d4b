#!/usr/bin/env bash
# Makes what a Linux machine without Swift can install: a tarball with the libraries that bare systems
# lack beside the binary, and a Debian package. Usage: Scripts/dist.sh STAGED OUT
#
#   STAGED   the folder that `make stage` has filled
#   OUT      where the two files go
#
# Needs patchelf and dpkg-dev.
set -euo pipefail

fail() { echo "dist: $*" >&2; exit 1; }

staged=${1:?usage: Scripts/dist.sh STAGED OUT}
out=${2:?usage: Scripts/dist.sh STAGED OUT}
repository=$(cd "$(dirname "$0")/.." && pwd)
for tool in patchelf dpkg-deb dpkg-shlibdeps; do
  command -v "$tool" >/dev/null || fail "$tool is needed: apt-get install patchelf dpkg-dev"
done

version=$("$staged/rdbsift" --version | sed -n 's/^rdbsift //p')
machine=$(uname -m)
name=rdbsift-$version-linux-$machine
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
"$repository/Scripts/licenses.sh" "$staged/rdbsift" >"$work/THIRD-PARTY-LICENSES"

# Puts the parts that both files have under a prefix.
install_parts() {
  install -D -m 755 "$staged/rdbsift" "$1/bin/rdbsift"
  install -D -m 644 "$staged/rdbsift.1" "$1/share/man/man1/rdbsift.1"
  install -D -m 644 "$staged/rdbsift.bash" "$1/share/bash-completion/completions/rdbsift"
  install -D -m 644 "$staged/_rdbsift" "$1/share/zsh/$2/_rdbsift"
  install -D -m 644 "$staged/rdbsift.fish" "$1/share/fish/vendor_completions.d/rdbsift.fish"
}

# The tarball runs from any folder: libraries are looked for beside the binary first.
root=$work/$name
install_parts "$root" site-functions
install -m 644 "$repository/README.md" "$repository/LICENSE" "$work/THIRD-PARTY-LICENSES" "$root/"
mkdir "$root/lib"
ldd "$staged/rdbsift" | awk '/=> \// { print $1, $3 }' \
  | grep -Ev '^(libc|libm|libgcc_s|libstdc\+\+|ld-linux-[^ ]*)\.so' \
  | while read -r soname path; do
    install -m 644 "$(readlink -f "$path")" "$root/lib/$soname"
    patchelf --set-rpath '$ORIGIN' "$root/lib/$soname"
  done
patchelf --set-rpath '$ORIGIN/../lib' "$root/bin/rdbsift"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -czf "$out/$name.tar.gz" "$name"

# The package depends on the system's libraries.
debian=$work/debian-root
architecture=$(dpkg --print-architecture)
install_parts "$debian/usr" vendor-completions
patchelf --remove-rpath "$debian/usr/bin/rdbsift"
chmod 755 "$debian/usr/bin/rdbsift"
gzip -9n "$debian/usr/share/man/man1/rdbsift.1"
doc=$debian/usr/share/doc/rdbsift
mkdir -p "$doc"
install -m 644 "$repository/LICENSE" "$work/THIRD-PARTY-LICENSES" "$doc/"
cat >"$doc/copyright" <<'TEXT'
Copyright: the rdbsift authors
License: the text in /usr/share/doc/rdbsift/LICENSE. What rdbsift contains or links is under the licenses in
/usr/share/doc/rdbsift/THIRD-PARTY-LICENSES.
TEXT
gzip -9n <"$repository/CHANGELOG.md" >"$doc/changelog.gz"
chmod 644 "$doc/changelog.gz" "$doc/copyright"
# dpkg-shlibdeps reads the name of the source package from debian/control.
mkdir "$work/debian"
printf 'Source: rdbsift\n\nPackage: rdbsift\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$debian/usr/bin/rdbsift" 2>/dev/null | sed 's/^shlibs:Depends=//')
[[ -n $depends ]] || fail "dpkg-shlibdeps found no dependencies"
mkdir "$debian/DEBIAN"
cat >"$debian/DEBIAN/control" <<TEXT
Package: rdbsift
Version: $version
Architecture: $architecture
Maintainer: The rdbsift authors <rdbsift@example.org>
Section: database
Priority: optional
Depends: $depends
Installed-Size: $(du -k -s --apparent-size "$debian/usr" | cut -f 1)
Description: read Redis, Valkey and Tair backups without a server
 rdbsift reads RDB files and their containers offline: it lists and filters
 keys, previews a restore, exports selected keys as commands, RESTORE payloads,
 RDB files or JSON, and verifies and salvages damaged files.
TEXT
find "$debian" -type d -exec chmod 755 {} +
dpkg-deb --root-owner-group --build "$debian" "$out/rdbsift_${version}_$architecture.deb" >/dev/null
(cd "$out" && ls -l "$name.tar.gz" "rdbsift_${version}_$architecture.deb")
