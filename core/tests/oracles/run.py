#!/usr/bin/env python3
"""`make oracles`: documents signed by condau, judged by EU DSS, the reference validator of the European Commission.

    run.py [PDF | FOLDER]...      further documents for the matrix

Every document is signed with every key as the person, then on top of that as the agency. Each result must be
intact, of format PAdES-BASELINE-B and TOTAL_PASSED under DSS's default policy with the CRLs of the test PKI, and say
what was asked for. The controls at the end show that the judge, and the comparison here, do say no.
CONDAU_BIN names the binary under test, else it is target/release/condau.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE.parent / "interop"))
sys.dont_write_bytecode = True
import fetch  # noqa: E402  (the documents of the other judges: found ones,)
import handmade  # noqa: E402  (and written ones)

# Fixed times: a verdict must not change because the calendar did, and policies end algorithms by date.
PKI_AT, SIGN_AT, JUDGE_AT = "2026-06-01T08:00:00Z", "2026-06-02T08:00:00Z", "2026-06-03T08:00:00Z"

# The test PKI names no place to fetch anything from, so that no validator tries.
TOLERATED = {
    # The test PKI names no addresses: nobody shall be tempted to fetch.
    "The authority info access is not present!",
    "The revocation info access is not present!",
    # RFC 5035 lets the attribute bind the whole path, the signer first, so that no embedded certificate can be exchanged;
    # DSS counts the references of the one attribute.
    "The signed attribute: 'signing-certificate' is present more than once!",
}

SAID = {
    "name": "Nguyễn Văn Thử",
    "reason": "Phê duyệt quyết định",
    "location": "Xã Thử Nghiệm",
    "contact": "thu@example.vn",
}
EMPTY_FIELD = "ChuKyGiamDoc"
BIG = "200 MB"


@dataclass(frozen=True)
class Key:
    """A kind of signature, and the words of DSS for it."""

    pki: str
    padding: str | None
    digest: str | None
    algorithm: str
    size: str

    def __str__(self) -> str:
        return "-".join(filter(None, (self.pki, self.padding, self.digest)))


KEYS = [
    Key("rsa2048", "pss", "sha256", "RSASSA_PSS", "2048"),
    Key("rsa2048", "pkcs1", "sha256", "RSA", "2048"),
    Key("rsa3072", "pss", "sha384", "RSASSA_PSS", "3072"),
    Key("rsa3072", "pss", "sha512", "RSASSA_PSS", "3072"),
    Key("rsa3072", "pkcs1", "sha512", "RSA", "3072"),
    Key("p256", None, "sha256", "ECDSA", "256"),
    Key("p384", None, "sha384", "ECDSA", "384"),
]
# A large file takes DSS a quarter of a minute: once for each kind of key.
BIG_KEYS = [KEYS[0], KEYS[2], KEYS[5], KEYS[6]]


def main() -> int:
    for tool, package in (("java", "openjdk-17-jdk-headless"), ("mvn", "maven"), ("qpdf", "qpdf"), ("npm", "npm")):
        if shutil.which(tool) is None:
            return cannot(f"{tool} is missing: apt-get install {package}")
    binary = Path(os.environ.get("CONDAU_BIN") or ROOT / "target/release/condau").resolve()
    if not binary.is_file():
        return cannot(f"no binary at {binary}: cargo build --release --features cli, or set CONDAU_BIN")
    try:
        class_path = build()
    except subprocess.CalledProcessError:
        return cannot("Maven could not build the oracle (its first run downloads DSS)")
    with tempfile.TemporaryDirectory(prefix="condau-oracles-") as scratch, Oracle(class_path) as oracle:
        run = Run(binary, oracle, Path(scratch))
        run.matrix(list(documents(run.scratch, [Path(a) for a in sys.argv[1:]])))
        try:
            run.controls()
        except RuntimeError as error:
            run.failures.append(f"controls: {error}")
    for failure in run.failures:
        print(f"FAILED {failure}")
    print(f"DSS also warned, as the test PKI makes it: {'; '.join(sorted(run.tolerated)) or 'of nothing'}")
    print(f"{run.passed} passed, {len(run.failures)} failed")
    return 1 if run.failures else 0


def cannot(reason: str) -> int:
    print(f"oracles: {reason}", file=sys.stderr)
    return 2


def build() -> str:
    """Compiles the oracle where it is older than its sources, and gives its class path."""
    target = HERE / "target"
    listed = target / "classpath"
    sources = max((HERE / name).stat().st_mtime for name in ("pom.xml", "Oracle.java"))
    jars = listed.read_text().split(":") if listed.exists() else []
    if not jars or listed.stat().st_mtime < sources or not all(map(os.path.exists, jars)):
        listed.unlink(missing_ok=True)
        subprocess.run(["mvn", "-q", "-B", "process-classes"], cwd=HERE, check=True, stdin=subprocess.DEVNULL)
        jars = listed.read_text().split(":")
    return ":".join([str(target / "classes"), *jars])


class Oracle:
    """The JVM: a line of JSON to it, a line of JSON back. What its libraries log is in target/oracle.log."""

    def __init__(self, class_path: str) -> None:
        log = (HERE / "target/oracle.log").open("w")
        command = ["java", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", class_path, "Oracle"]
        self.jvm = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, encoding="utf-8", bufsize=1
        )

    def __enter__(self) -> Oracle:
        return self

    def __exit__(self, *_: object) -> None:
        self.jvm.communicate()

    def ask(self, **request: object) -> dict:
        assert self.jvm.stdin and self.jvm.stdout
        try:
            self.jvm.stdin.write(json.dumps(request) + "\n")
            return json.loads(self.jvm.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError):
            raise SystemExit(f"oracles: the JVM died, see {HERE / 'target/oracle.log'}") from None


def documents(scratch: Path, more: list[Path]) -> Iterator[tuple[str, Path, str | None]]:
    """Name, file, and the empty field to sign where the document has one."""

    def written(name: str, data: bytes) -> Path:
        path = scratch / f"{name.replace(' ', '-')}.pdf"
        path.write_bytes(data)
        return path

    def by_qpdf(name: str, *options: str) -> Path:
        path = scratch / f"{name.replace(' ', '-')}.pdf"
        subprocess.run(["qpdf", *options, plain, path], check=True)
        return path

    plain = written("xref table", handmade.table(handmade.one_page()))
    yield "xref table", plain, None
    yield "xref stream", written("xref stream", handmade.stream(handmade.one_page())), None
    yield "hybrid", written("hybrid", handmade.hybrid(handmade.one_page(), [handmade.FONT])), None
    yield "linearised", by_qpdf("linearised", "--linearize"), None
    yield "object streams", by_qpdf("object streams", "--object-streams=generate"), None
    for found in fetch.FOUND:
        yield found.name, fetch.fetch(found), None
    yield "scan", written("scan", scan()), None
    yield "empty field", written("empty field", empty_field()), EMPTY_FIELD
    for path in sorted((ROOT / "core/data/demo").glob("*.pdf")):
        yield path.name, path, None
    for path in more:
        for file in sorted(path.rglob("*.pdf")) if path.is_dir() else [path]:
            yield file.name, file, None
    yield BIG, written(BIG, big()), None


def scan() -> bytes:
    """A page that is one picture."""
    width, height = 620, 877
    pixels = random.Random(1).randbytes(width * height)
    picture = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 " % (
        width,
        height,
    )
    objects = handmade.one_page(more={6: picture + b"/Length %d >>\nstream\n%s\nendstream" % (len(pixels), pixels)})
    objects[handmade.CONTENT] = handmade.content_stream(b"q 595 0 0 842 0 0 cm /Im1 Do Q")
    objects[handmade.PAGE] = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /Im1 6 0 R >> >> >>"
    )
    return handmade.table(objects)


def empty_field() -> bytes:
    widget = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /Rect [0 0 0 0] /F 132 /P 3 0 R >>"
    return handmade.table(
        handmade.one_page(b"/AcroForm << /Fields [6 0 R] >>", b"/Annots [6 0 R]", {6: widget % EMPTY_FIELD.encode()})
    )


def big() -> bytes:
    block = random.Random(2).randbytes(1 << 20)
    return handmade.table(handmade.one_page(more={6: handmade.content_stream(block * 200)}))


class Run:
    """One run of the matrix and the controls."""

    def __init__(self, binary: Path, oracle: Oracle, scratch: Path) -> None:
        self.binary, self.oracle, self.scratch = binary, oracle, scratch
        self.passed = 0
        self.failures: list[str] = []
        self.tolerated: set[str] = set()
        self.start = time.monotonic()

    def pki(self, algorithm: str) -> Path:
        folder = self.scratch / f"pki-{algorithm}"
        if not folder.exists():
            self.condau("pki", "new", folder, "--algorithm", algorithm, "--at", PKI_AT)
        return folder

    def condau(self, *arguments: object) -> None:
        command = [str(self.binary), "--lang", "en", *map(str, arguments)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"condau {arguments[0]} gave {done.returncode}: {done.stderr.strip()}")

    def sign(self, document: Path, result: Path, key: Key, who: str, field: str | None) -> Path:
        pki = self.pki(key.pki)
        options = ["--padding", key.padding] if key.padding else []
        options += ["--digest", key.digest] if key.digest else []
        options += ["--field", field] if field else []
        options += [word for what, text in SAID.items() for word in (f"--{what}", text)]
        self.condau(
            "sign", document, "-o", result, "--p12", pki / f"{who}.p12", "--password-file", pki / "password.txt",
            "--at", SIGN_AT, *options,
        )  # fmt: skip
        return result

    def judge(self, document: Path, trust: Path, crls: bool = True) -> dict:
        lists = [trust / "root.crl", trust / "issuing.crl"] if crls else []
        return self.oracle.ask(
            pdf=str(document), trust=[str(trust / "root.pem")], crls=list(map(str, lists)), at=JUDGE_AT
        )

    def matrix(self, documents: list[tuple[str, Path, str | None]]) -> None:
        width = max(len(name) for name, _, _ in documents)
        print(f"{'':{width}}  " + "  ".join(map(str, KEYS)))
        for name, document, field in documents:
            cells = []
            for key in KEYS:
                if name == BIG and key not in BIG_KEYS:
                    cells.append("-".ljust(len(str(key))))
                    continue
                good = self.case(f"{name}, {key}", self.signed_twice, name, document, key, field)
                cells.append(("passed" if good else "FAILED").ljust(len(str(key))))
            print(f"{name:{width}}  " + "  ".join(cells), flush=True)
        print(f"({time.monotonic() - self.start:.0f} s)")

    def signed_twice(self, name: str, document: Path, key: Key, field: str | None) -> list[str]:
        """What is wrong with the document signed by the person, then on top of it by the agency."""
        pki = self.pki(key.pki)
        one, two = self.scratch / "one.pdf", self.scratch / "two.pdf"
        try:
            self.sign(document, one, key, "person", field)
            wrong = self.wrong(one, key, pki, ["person"])
            if name != BIG:
                self.sign(one, two, key, "agency", None)
                wrong += self.wrong(two, key, pki, ["person", "agency"])
            return wrong
        finally:
            one.unlink(missing_ok=True)
            two.unlink(missing_ok=True)

    def wrong(self, document: Path, key: Key, pki: Path, signers: list[str]) -> list[str]:
        """How DSS's answer differs from what condau was asked to make; empty is good."""
        answer = self.judge(document, pki)
        if answer["error"]:
            return [answer["error"]]
        signatures = sorted(answer["signatures"], key=lambda signature: signature["byteRange"][2])
        if len(signatures) != len(signers):
            return [f"{len(signatures)} signatures found, {len(signers)} made"]
        found = []
        for number, (signature, who) in enumerate(zip(signatures, signers, strict=True), 1):
            last = number == len(signers)
            expected: dict[str, object] = {
                "signatureFormat": "PAdES-BASELINE-B",
                "intact": True,
                "valid": True,
                "indication": "TOTAL_PASSED",
                "subIndication": None,
                "algorithm": key.algorithm,
                "digest": (key.digest or "").upper(),
                "keySize": key.size,
                "signerSha256": fingerprint(pki / f"{who}.pem"),
                "claimedTime": SIGN_AT,
                "scope": "FULL" if last else "PARTIAL",
                "undefinedChanges": [],
                "errors": [],
                **SAID,
            }
            found += [
                f"signature {number}: {what} is {signature[what]!r}, not {value!r}"
                for what, value in expected.items()
                if signature[what] != value
            ]
            end = signature["byteRange"][2] + signature["byteRange"][3]
            if last and end != document.stat().st_size:
                found.append(f"signature {number} ends at {end}, the file at {document.stat().st_size}")
            warnings = set(signature["warnings"])
            self.tolerated |= warnings & TOLERATED
            found += [f"signature {number}: {warning}" for warning in sorted(warnings - TOLERATED)]
        return found

    def case(self, name: str, check: Callable[..., list[str]], *arguments: object) -> bool:
        """Counts one check, which gives what is wrong."""
        try:
            wrong = check(*arguments)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            wrong = [str(error)]
        if wrong:
            self.failures += [f"{name}: {'; '.join(wrong)}"]
        else:
            self.passed += 1
        return not wrong

    def controls(self) -> None:
        """Where DSS must say something else, with its words for it."""
        key = KEYS[0]
        pki = self.pki(key.pki)
        good = self.sign(self.scratch / "xref-table.pdf", self.scratch / "good.pdf", key, "person", None)
        data = good.read_bytes()
        ed25519 = Key("ed25519", None, None, "EDDSA", "256")

        def changed(what: str, new: bytes) -> Path:
            path = self.scratch / f"{what}.pdf"
            path.write_bytes(new)
            return path

        def replaced(what: str, at: int) -> Path:
            other = b"1" if data[at : at + 1] == b"0" else b"0"
            return changed(what, data[:at] + other + data[at + 1 :])

        # The last octet of the CMS is the last of the signature value; its hex digits are followed by padding only.
        contents = data.index(b"/Contents <") if b"/Contents <" in data else data.index(b"/Contents<")
        value_end = contents + len(data[contents : data.index(b">", contents)].rstrip(b"0"))
        update = handmade.append_table(data, {handmade.CONTENT: handmade.content_stream(b"BT ET")})
        ed = self.sign(self.scratch / "xref-table.pdf", self.scratch / "ed.pdf", ed25519, "person", None)
        judged = [
            ("one byte of the page changed", self.judge(replaced("page", data.index(b"QD-UBND")), pki),
             "TOTAL_FAILED", "HASH_FAILURE"),
            ("one digit of the signature value changed", self.judge(replaced("value", value_end - 3), pki),
             "TOTAL_FAILED", "SIG_CRYPTO_FAILURE"),
            ("without CRLs", self.judge(good, pki, crls=False), "INDETERMINATE", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
            ("another root is trusted", self.judge(good, self.pki("p256")),
             "INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND"),
            # Sound, but DSS's default policy names no EdDSA: not ETSI TS 119 312.
            ("Ed25519", self.judge(ed, self.pki("ed25519")), "INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"),
        ]  # fmt: skip
        for name, answer, *expected in judged:
            given = [[s["indication"], s["subIndication"]] for s in answer["signatures"]]
            self.control(name, given == [expected], f"{given} {answer['error'] or ''}, not {[expected]}")
        rewritten = self.wrong(changed("update", update), key, pki, ["person"])
        seen = any("undefinedChanges" in w for w in rewritten)
        self.control("the page rewritten by a later update", seen, str(rewritten))
        swapped = self.wrong(good, key, pki, ["agency"])
        self.control("another signer expected", any("signerSha256" in w for w in swapped), str(swapped))
        unsigned = self.judge(self.scratch / "xref-table.pdf", pki)["signatures"]
        self.control("an unsigned file", not unsigned, str(unsigned))

    def control(self, name: str, good: bool, otherwise: str) -> None:
        self.case(f"control: {name}", lambda: [] if good else [otherwise])
        print(f"control: {name:45} {'passed' if good else 'FAILED'}")


def fingerprint(pem: Path) -> str:
    body = "".join(line for line in pem.read_text().splitlines() if not line.startswith("-----"))
    return hashlib.sha256(base64.b64decode(body)).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
