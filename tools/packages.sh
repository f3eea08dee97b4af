#!/usr/bin/env bash
# Debian packages and Rust targets that the tests need: installed when root, listed otherwise.
set -euo pipefail

# command → package
declare -A needs=(
  [qpdf]=qpdf
  [pdfsig]=poppler-utils
  [openssl]=openssl
  [softhsm2-util]=softhsm2
  [pkcs11-tool]=opensc
  [clang]=clang
  [cc]=build-essential
)
missing=()
for command in "${!needs[@]}"; do
  command -v "$command" >/dev/null || missing+=("${needs[$command]}")
done
# The module that makes virtual environments is a package of its own.
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)

if ((${#missing[@]})); then
  if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "The tests need these Debian packages: ${missing[*]}" >&2
    echo "Install them with: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

for command in cargo node npm python3; do
  command -v "$command" >/dev/null || { echo "$command is missing: see README.md, What you need" >&2; exit 1; }
done
if ! rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown; then
  rustup target add wasm32-unknown-unknown
fi
