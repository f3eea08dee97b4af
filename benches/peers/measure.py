#!/usr/bin/env python3
"""The same documents through condau and through other tools, in one run.

    python -m pip install -r requirements.txt        (in a virtual environment)
    cargo build --release -p condau --features cli && cargo build --release -p condau-benches --bin peer
    python measure.py [FOLDER OF THE BINARIES, default ../../target/release]

A figure is the median of rounds in which the tools take turns. `pdfsig` is poppler's (Debian: poppler-utils).
"""

import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import types
from datetime import datetime, timezone
from pathlib import Path

ROUNDS = 7
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=timezone.utc)


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def process(*command, expected):
    """Seconds and peak memory (MiB) of a whole process. `ru_maxrss` would count this interpreter, before the exec."""
    started, peak = time.perf_counter(), 0
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None:
        status = Path(f"/proc/{child.pid}/status").read_text()
        if Path(f"/proc/{child.pid}/comm").read_text().strip() == Path(command[0]).name:
            peak = max([peak] + [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")])
        time.sleep(0.001)
    duration = time.perf_counter() - started
    assert child.returncode == expected, f"{command}: exit code {child.returncode}"
    return duration, peak / 1024


class PyHanko:
    name = "pyHanko"

    def __init__(self, folder):
        from pyhanko.keys import load_cert_from_pemder
        from pyhanko.sign import signers
        from pyhanko_certvalidator import ValidationContext

        self.signers = signers
        self.signer = signers.SimpleSigner.load(
            str(folder / "key.der"), str(folder / "certificate.der"), prefer_pss=True
        )
        assert self.signer is not None
        self.context = lambda: ValidationContext(
            trust_roots=[load_cert_from_pemder(str(folder / "root.der"))], moment=NOW, allow_fetching=False
        )

    def sign(self, document):
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import SigSeedSubFilter

        metadata = self.signers.PdfSignatureMetadata(field_name="Signature1", subfilter=SigSeedSubFilter.PADES)
        return self.signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(document)), metadata, self.signer)

    def verify(self, document):
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature

        [signature] = PdfFileReader(io.BytesIO(document)).embedded_signatures
        status = validate_pdf_signature(signature, self.context())
        assert status.intact and status.valid and status.trusted


class Endesive:
    """Signs only: its verifier needs `certvalidator`, which does not load with an OpenSSL whose patch level has two
    digits (wbond/oscrypto issue 78). An empty module in its place is enough for signing."""

    name = "endesive"
    verify = None

    def __init__(self, folder):
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization

        unused = types.ModuleType("certvalidator")
        unused.CertificateValidator = object
        sys.modules.setdefault("certvalidator", unused)
        from endesive.pdf import cms

        self.cms = cms
        self.key = serialization.load_der_private_key((folder / "key.der").read_bytes(), None)
        self.certificate = x509.load_der_x509_certificate((folder / "certificate.der").read_bytes())

    def sign(self, document):
        date = {"sigflags": 3, "contact": "", "location": "", "signingdate": "D:20261123010000Z", "reason": ""}
        return self.cms.sign(document, date, self.key, self.certificate, [], "sha256")


def small(folder, binaries, peers):
    """100 KB in memory: no process starts, no import counts."""
    document, signed = (folder / "small.pdf").read_bytes(), (folder / "small.signed.pdf").read_bytes()

    def library(operation, file):
        command = [binaries / "peer", "time", operation, folder / file, folder]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    for operation, own, bytes_ in [("sign", "small.pdf", document), ("verify", "small.signed.pdf", signed)]:
        takers = {peer.name: getattr(peer, operation) for peer in peers if getattr(peer, operation)}
        figures = {"condau": []} | {name: [] for name in takers}
        for work in takers.values():
            work(bytes_)
        for _ in range(ROUNDS):
            figures["condau"].append(library(operation, own))
            for name, work in takers.items():
                figures[name].append(seconds(lambda work=work: work(bytes_)))
        table(f"100 KB, RSA-2048, {operation}, in memory", figures)


def large(folder, binaries):
    """200 MB by a whole process each."""
    file = folder / "large.signed.pdf"
    commands = {"condau": ([binaries / "condau", "verify", file, "--trust", folder / "root.der"], 2)}
    if shutil.which("pdfsig"):
        commands["pdfsig"] = (["pdfsig", "-nocert", file], 0)
    else:
        print("pdfsig is missing: apt-get install poppler-utils")
    figures, memory = {name: [] for name in commands}, {}
    for _ in range(ROUNDS):
        for name, (command, expected) in commands.items():
            duration, memory[name] = process(*map(str, command), expected=expected)
            figures[name].append(duration)
    table("200 MB, verify, whole process", figures, {name: f"{mib:8.1f} MiB" for name, mib in memory.items()})


def table(title, figures, notes=None):
    print(f"\n{title}")
    own = statistics.median(figures["condau"])
    for name, values in figures.items():
        median = statistics.median(values)
        note = (notes or {}).get(name, "")
        print(f"  {name:10} {median * 1000:10.3f} ms  {median / own:8.1f} x  {note}")


def main():
    here = Path(__file__).resolve().parent
    binaries = Path(sys.argv[1] if len(sys.argv) > 1 else here / "../../target/release").resolve()
    for binary in ["condau", "peer"]:
        if not (binaries / binary).is_file():
            sys.exit(f"{binaries / binary} is missing; the head of this file says how to build it")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([binaries / "peer", "prepare", folder], check=True)
        peers = []
        for make in [PyHanko, Endesive]:
            try:
                peers.append(make(folder))
            except ImportError as error:
                print(f"{make.name} is not measured: {error}; see requirements.txt")
        small(folder, binaries, peers)
        large(folder, binaries)


if __name__ == "__main__":
    main()
