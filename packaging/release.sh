#!/usr/bin/env bash
# Everything that is given away, into target/dist: the static program with its papers and the list of what it is built of
# as tar.xz, a package for Fedora and openSUSE, one for Debian and Ubuntu, and their checksums. Tools that are not there
# are passed over, and that is said. The archive is the same, byte by byte, for the same commit and compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

export TARGET=${TARGET:-x86_64-unknown-linux-musl}
packaging/assets.sh
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
name=callbell-import-$version-$TARGET
dist=target/dist
rm -rf "$dist"
mkdir -p "$dist/$name"
install -m 755 target/release/callbell-import "$dist/$name/"
cp -r target/assets/completions target/assets/man docs README.md CHANGELOG.md LICENSE "$dist/$name/"
if cargo cyclonedx --version >/dev/null 2>&1; then
    packaging/sbom.sh "$dist/$name/sbom.cdx.json"
else
    echo "no list of what it is built of: cargo install cargo-cyclonedx" >&2
fi
tar --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner --mode=go=rX,u+w \
    -C "$dist" -cJf "$dist/$name.tar.xz" "$name"
rm -r "${dist:?}/$name"
if cargo generate-rpm --version >/dev/null 2>&1; then
    cargo generate-rpm -o "$dist/"
else
    echo "no rpm: cargo install cargo-generate-rpm" >&2
fi
if cargo deb --version >/dev/null 2>&1; then
    cargo deb --no-build --no-strip -o "$dist/"
else
    echo "no deb: cargo install cargo-deb" >&2
fi
(cd "$dist" && sha256sum -- * | tee SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS)
