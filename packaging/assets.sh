#!/usr/bin/env bash
# Builds the program and what packages carry beside it: completions and manual pages, into target/assets.
# With TARGET=x86_64-unknown-linux-musl (rustup target add …), the program is static and runs on any Linux.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${TARGET:-}
cargo build --release --locked ${target:+--target "$target"}
# Packages take it from one place, wherever it was built, and without the names of its functions.
built=target/${target:+$target/}release/callbell-import
program=target/release/callbell-import
strip -o target/callbell-import.stripped "$built"
install -D -m 755 target/callbell-import.stripped "$program"
rm target/callbell-import.stripped

rm -rf target/assets
mkdir -p target/assets/completions
"$program" completions bash > target/assets/completions/callbell-import
"$program" completions zsh > target/assets/completions/_callbell-import
"$program" completions fish > target/assets/completions/callbell-import.fish
"$program" man --to target/assets/man
gzip -9n target/assets/man/*
# For the container image, which has no other; Debian keeps them here, Fedora there.
for roots in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    [ ! -r "$roots" ] || { install -m 644 "$roots" target/assets/ca-certificates.crt; break; }
done
