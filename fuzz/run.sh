#!/usr/bin/env bash
# Seeds, then every fuzz target for SECONDS_EACH (60 by default). Needs nightly Rust and cargo-fuzz.
set -euo pipefail
cd "$(dirname "$0")"
if ! cargo +nightly fuzz --version >/dev/null 2>&1; then
  echo "Fuzzing needs nightly Rust and cargo-fuzz: rustup toolchain install nightly && cargo install cargo-fuzz" >&2
  exit 1
fi
cargo run --release --locked --bin seeds
cargo +nightly fuzz build
for target in $(cargo +nightly fuzz list); do
  echo "== $target"
  cargo +nightly fuzz run "$target" -- -max_total_time="${SECONDS_EACH:-60}" -rss_limit_mb=2048 -timeout=25 -print_final_stats=1
done
