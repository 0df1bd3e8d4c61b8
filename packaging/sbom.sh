#!/usr/bin/env bash
# What the program is built of, as CycloneDX, into the file that is named. The same, byte by byte, for the same commit.
set -euo pipefail
out=$(realpath -m "$1")
cd "$(dirname "$0")/.."

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
cargo cyclonedx --quiet --format json --spec-version 1.5 --all \
    --target "${TARGET:-x86_64-unknown-linux-musl}" --override-filename sbom
# Where it was built is nobody's business.
sed "s#file://$PWD#file:///callbell-import#g" sbom.json > "$out"
rm sbom.json
