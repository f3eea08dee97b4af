"""The command line at work: one run for each shape that its JSON can take."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import forged
from schemas import ROOT

BINARY = Path(os.environ.get("CONDAU_BIN", ROOT / "target" / "release" / "condau"))
SAMPLE = ROOT / "core" / "data" / "demo" / "quyet-dinh.pdf"
TRUST = ["--trust", "pki/root.pem"]
SAID = ["--name", "Nguyễn Văn Thử", "--reason", "Phê duyệt", "--location", "Thử Nghiệm", "--contact", "thu@example.vn"]


def by(who: str) -> list[str]:
    """The key of a person of the test PKI."""
    return ["--p12", f"pki/{who}.p12", "--password-file", "pki/password.txt"]


@dataclass(frozen=True)
class Case:
    """A command, and what comes of it."""

    name: str
    schema: str
    code: int
    arguments: list[str]
    says: str | None = None
    """Id of the finding, warning or error that the case is made for."""
    prepare: Callable[[Path], None] = lambda folder: None
    """What to do before, in the folder of all the cases."""


def _write(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)


def _changed(source: str, target: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    """A copy of a file in which the last place of `old` reads `new`."""

    def make(folder: Path) -> None:
        before, found, after = (folder / source).read_bytes().rpartition(old)
        assert found and len(old) == len(new)
        _write(folder, target, before + new + after)

    return make


def _forged(target: str, forge: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: _write(folder, target, forge((folder / "signed.pdf").read_bytes()))


def _with_another_certificate(folder: Path) -> None:
    """One bit of the signer's certificate inside the signature."""
    pem = (folder / "pki" / "person.pem").read_text().split("-----")[2]
    der = subprocess.run(["base64", "-d"], input=pem.encode(), capture_output=True, check=True).stdout
    digits = der.hex().encode()
    _changed("signed.pdf", "exchanged.pdf", digits, digits[:-1] + (b"1" if digits[-1:] == b"0" else b"0"))(folder)


def _sign_elsewhere(folder: Path) -> None:
    """The second of the three steps, by a program that knows nothing of documents."""
    key = ["-sign", "pki/person.key.pem", "-passin", "file:pki/password.txt"]
    command = ["openssl", "dgst", "-sha256", *key, "-out", "signature.bin", "to-sign.bin"]
    subprocess.run(command, cwd=folder, check=True)


def _rubbish(folder: Path) -> None:
    _write(folder, "rubbish.pdf", b"This is a letter, not a PDF.\n")
    _write(folder, "session-of-old.json", b"{}")
    _write(folder, "wrong.txt", b"wrong\n")


CASES = [
    Case("pki", "pki/1", 0, ["pki", "new", "pki", "--algorithm", "p256"]),
    Case("pki-in-a-full-folder", "error/1", 3, ["pki", "new", "pki"], "pki.not-empty"),
    Case("sign", "sign/1", 0, ["sign", "original.pdf", "-o", "signed.pdf", *by("person"), *SAID]),
    Case("sign-again", "sign/1", 0, ["sign", "signed.pdf", "-o", "twice.pdf", *by("agency"), "--field", "CoQuan"]),
    Case(
        "sign-odd",
        "sign/1",
        0,
        ["sign", "odd.pdf", "-o", "odd-signed.pdf", *by("person")],
        "pdf.odd-junk-before-header",
        lambda folder: _write(folder, "odd.pdf", b"junk\n" + SAMPLE.read_bytes()),
    ),
    Case(
        "sign-rubbish",
        "error/1",
        3,
        ["sign", "rubbish.pdf", "-o", "never.pdf", *by("person")],
        "pdf.not-a-pdf",
        _rubbish,
    ),
    Case(
        "sign-with-wrong-password",
        "error/1",
        3,
        ["sign", "original.pdf", "-o", "never.pdf", "--p12", "pki/person.p12", "--password-file", "wrong.txt"],
        "keys.wrong-password",
    ),
    Case(
        "prepare",
        "prepare/1",
        0,
        ["prepare", "odd.pdf", "--cert", "pki/person.pem", "--session", "session.json", "--to-sign", "to-sign.bin"],
        "pdf.odd-junk-before-header",
    ),
    Case(
        "finish",
        "finish/1",
        0,
        ["finish", "odd.pdf", "--session", "session.json", "--signature", "signature.bin", "-o", "finished.pdf"],
        prepare=_sign_elsewhere,
    ),
    Case(
        "finish-with-a-bad-session",
        "error/1",
        3,
        ["finish", "odd.pdf", "--session", "session-of-old.json", "--signature", "signature.bin", "-o", "never.pdf"],
        "sign.bad-session",
    ),
    Case("verify", "verify/1", 2, ["verify", "signed.pdf", *TRUST], "verify.intact"),
    Case("verify-two-signatures", "verify/1", 2, ["verify", "twice.pdf", *TRUST], "verify.bytes-after"),
    Case("verify-tolerantly", "verify/1", 2, ["verify", "finished.pdf", *TRUST], "verify.tolerant-reading"),
    Case("verify-without-trust", "verify/1", 2, ["verify", "signed.pdf"], "trust.empty"),
    Case(
        "verify-long-after",
        "verify/1",
        2,
        ["verify", "signed.pdf", "--trust", "pki/issuing.pem", "--at", "2099-01-01"],
        "path.expired",
    ),
    Case("verify-unsigned", "verify/1", 2, ["verify", "original.pdf", *TRUST], "verify.no-signature"),
    Case(
        "verify-changed-document",
        "verify/1",
        1,
        ["verify", "changed.pdf", *TRUST],
        "verify.hash-mismatch",
        _changed("signed.pdf", "changed.pdf", b"/MediaBox", b"/MediaBoz"),
    ),
    Case(
        "verify-without-byte-range",
        "verify/1",
        1,
        ["verify", "no-range.pdf", *TRUST],
        "pdf.byte-range-malformed",
        _changed("signed.pdf", "no-range.pdf", b"/ByteRange", b"/BiteRange"),
    ),
    Case(
        "verify-unknown-kind",
        "verify/1",
        1,
        ["verify", "unknown.pdf", *TRUST],
        "verify.sub-filter",
        _changed("signed.pdf", "unknown.pdf", b"/ETSI.CAdES.detached", b"/ETSI.CAdES.detacher"),
    ),
    Case(
        "verify-another-certificate",
        "verify/1",
        2,
        ["verify", "exchanged.pdf", *TRUST],
        "verify.signing-certificate-not-found",
        _with_another_certificate,
    ),
    Case(
        "verify-literal-contents",
        "verify/1",
        1,
        ["verify", "literal.pdf", *TRUST],
        "pdf.contents-malformed",
        _forged("literal.pdf", forged.literal),
    ),
    Case(
        "verify-copied-signature",
        "verify/1",
        1,
        ["verify", "copied.pdf", *TRUST],
        "pdf.byte-range-gap",
        _forged("copied.pdf", forged.copied),
    ),
    Case(
        "verify-wrapped-signature",
        "verify/1",
        1,
        ["verify", "wrapped.pdf", *TRUST],
        "pdf.byte-range-gap",
        _forged("wrapped.pdf", forged.wrapped),
    ),
    Case("verify-rubbish", "verify/1", 3, ["verify", "rubbish.pdf", *TRUST], "pdf.not-a-pdf"),
    Case("verify-a-missing-file", "verify/1", 3, ["verify", "missing.pdf", *TRUST], "io.cannot-open"),
    Case("verify-several", "verify/1", 1, ["verify", "signed.pdf", "rubbish.pdf", "changed.pdf", *TRUST]),
    Case(
        "verify-with-missing-trust",
        "error/1",
        3,
        ["verify", "signed.pdf", "--trust", "missing.pem"],
        "io.cannot-open",
    ),
    Case("demo", "verify/1", 0, ["demo", "demo"]),
]


def run(folder: Path) -> dict[str, dict[str, Any]]:
    """Runs every case, in order and in one folder; gives what each printed."""
    _write(folder, "original.pdf", SAMPLE.read_bytes())
    printed = {}
    for case in CASES:
        case.prepare(folder)
        command = [str(BINARY), *case.arguments, "--json"]
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        assert done.returncode == case.code, f"{case.name}: {done.returncode}, {done.stdout!r} {done.stderr!r}"
        printed[case.name] = json.loads(done.stdout)
    return printed
