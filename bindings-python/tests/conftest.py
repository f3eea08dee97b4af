"""Signed files for the tests, made by the command line. Synthetic people only."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SIGNED = "2026-02-01T08:00:00+07:00"
NOW = "2026-03-01T08:00:00+07:00"


def condau_bin() -> str:
    binary = os.environ.get("CONDAU_BIN")
    if not binary:
        pytest.exit(
            "set CONDAU_BIN to the command line: cargo build --release --features cli, then target/release/condau",
            returncode=2,
        )
    return binary


def run(*parameters: str | Path) -> str:
    done = subprocess.run([condau_bin(), *parameters], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def command_line(path: Path, *parameters: str | Path) -> dict[str, Any]:
    """The report or error that the command line prints for a file."""
    arguments = [condau_bin(), "verify", path, "--json", "--at", NOW, *parameters]
    done = subprocess.run(arguments, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout, f"condau verify gave {done.returncode} and no JSON: {done.stderr}"
    [entry] = json.loads(done.stdout)["files"]
    assert isinstance(entry, dict)
    return entry


def plain_pdf(filler: int = 0) -> bytes:
    """A PDF with nothing in it but what a reader needs, and a comment of `filler` bytes."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    pdf = b"%PDF-1.7\n"
    xref = b"xref\n0 4\n0000000000 65535 f \n"
    for number, text in enumerate(objects, 1):
        xref += b"%010d 00000 n \n" % len(pdf)
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    pdf += b"%" + bytes(filler) + b"\n"
    return pdf + xref + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(pdf)


@dataclass(frozen=True)
class Signed:
    """A PDF that a person and then an agency signed, and its test PKI."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "twice.pdf"

    @property
    def root(self) -> Path:
        return self.folder / "pki" / "root.pem"


def sign_twice(folder: Path, algorithm: str, document: bytes) -> Signed:
    pki = folder / "pki"
    run("pki", "new", pki, "--algorithm", algorithm, "--at", "2026-01-01T00:00:00Z")
    (folder / "plain.pdf").write_bytes(document)
    for who, source, target in [("person", "plain.pdf", "once.pdf"), ("agency", "once.pdf", "twice.pdf")]:
        key: list[str | Path] = ["--p12", pki / f"{who}.p12", "--password-file", pki / "password.txt"]
        what = ["--at", SIGNED, "--reason", "Kiểm thử", "--field", f"ChuKy_{who}"]
        run("sign", folder / source, "-o", folder / target, *key, *what)
    return Signed(folder)


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return sign_twice(tmp_path_factory.mktemp("signed"), "p256", plain_pdf())
