#!/usr/bin/env bash
# Builds the program and what packages carry beside it: completions and manual pages, into target/assets.
# With TARGET=x86_64-unknown-linux-musl (rustup target add …), the program is static and runs on any Linux.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${TARGET:-}
cargo build --release --locked ${target:+--target "$target"}
program=target/${target:+$target/}release/callbell-import
# Packages take it from one place, wherever it was built.
[ -z "$target" ] || install -D -m 755 "$program" target/release/callbell-import

rm -rf target/assets
mkdir -p target/assets/completions
"$program" completions bash > target/assets/completions/callbell-import
"$program" completions zsh > target/assets/completions/_callbell-import
"$program" completions fish > target/assets/completions/callbell-import.fish
"$program" man --to target/assets/man
gzip -9n target/assets/man/*
