# make demo     builds the command line and runs the main job: keys, two signatures, verification, report in demo/
# make test     installs what the tests need and runs them all
# make oracles  asks EU DSS (JDK 17, Maven) for a second opinion
# make check    format, lints, documentation: what .ci/run asks besides
# make bench    the figures of benches/README.md
# make fuzz     a short run of every fuzz target (nightly Rust and cargo-fuzz)

SHELL := /bin/bash
LANG_OF_DEMO ?= vi
VENV := .venv
CONDAU := target/release/condau
export CONDAU_BIN := $(CURDIR)/$(CONDAU)

.PHONY: demo test test-rust test-python test-wasm interop packages oracles check bench fuzz clean

demo: binary
	$(CONDAU) --lang $(LANG_OF_DEMO) demo demo $(if $(PDF),--pdf "$(PDF)")

.PHONY: binary
binary:
	cargo build --release --locked -p condau --features cli

test: packages binary test-rust interop test-python test-wasm

# What the tests need from Debian: installed when root, listed otherwise.
packages:
	tools/packages.sh

test-rust:
	cargo test --locked --workspace --all-features
	# Once more, so that the scores, and what was skipped and why, are seen.
	cargo test --locked -p condau --all-features --test wycheproof --test pkcs12 --test corpora --test pkits --test limbo -- --nocapture
	cargo test --locked -p condau --no-default-features --lib
	cargo run --locked --quiet --release --manifest-path fuzz/Cargo.toml --bin seeds
	for target in $$(ls fuzz/corpus); do cargo run --locked --quiet --release --manifest-path fuzz/Cargo.toml --bin $$target -- fuzz/corpus/$$target/* >/dev/null || exit 1; done

$(VENV)/bin/python:
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --upgrade pip

interop: binary $(VENV)/bin/python
	$(VENV)/bin/pip install --quiet -r core/tests/interop/requirements.txt -r core/tests/schema/requirements.txt
	$(VENV)/bin/python -m pytest -q core/tests/interop core/tests/schema

test-python: binary
	rm -rf bindings-python/.venv
	python3 -m venv bindings-python/.venv
	bindings-python/.venv/bin/pip install --quiet "./bindings-python[test]"
	cd bindings-python && .venv/bin/python -m pytest -q tests

test-wasm: binary
	cd bindings-wasm && npm ci --no-audit --no-fund --silent && npm test

oracles: binary
	python3 core/tests/oracles/run.py

check: packages
	cargo fmt --all --check
	cargo fmt --manifest-path bindings-python/Cargo.toml --check
	cargo fmt --manifest-path bindings-wasm/Cargo.toml --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
	cargo clippy --locked -p condau --no-default-features -- -D warnings
	cargo clippy --locked --manifest-path bindings-python/Cargo.toml --all-targets -- -D warnings
	CC_wasm32_unknown_unknown=clang cargo clippy --locked --manifest-path bindings-wasm/Cargo.toml --release --target wasm32-unknown-unknown -p condau-wasm -- -D warnings
	cargo clippy --locked --manifest-path bindings-wasm/Cargo.toml -p condau-wasm-bundler -- -D warnings
	cargo clippy --locked --manifest-path fuzz/Cargo.toml --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --all-features --no-deps

bench: binary
	cargo bench --locked -p condau-benches
	cargo run --locked --release -p condau-benches --bin ratios

fuzz:
	fuzz/run.sh

clean:
	cargo clean
	rm -rf demo $(VENV) bindings-python/.venv bindings-wasm/pkg
