"""What other tools say of a file: qpdf of its structure, pdfsig (poppler, NSS) and pyHanko of its signatures."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

__all__ = ["ModificationLevel", "SignatureCoverageLevel", "pdfsig", "pyhanko", "qpdf", "readers"]


@dataclass(frozen=True)
class Structure:
    """The answer of `qpdf --check`."""

    clean: bool
    """Neither errors nor warnings."""
    usable: bool
    """No errors; perhaps warnings."""
    text: str


def qpdf(path: Path) -> Structure:
    """`qpdf --check`: exit code 0 is clean, 3 is warnings only."""
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, timeout=300)
    text = (done.stdout + done.stderr).decode(errors="replace").strip()
    return Structure(done.returncode == 0, done.returncode in (0, 3), text)


@dataclass(frozen=True)
class Seen:
    """One signature as pdfsig sees it."""

    field: str
    valid: bool
    whole: bool
    """The signed ranges reach the end of the file."""
    text: str


def pdfsig(path: Path) -> list[Seen]:
    """`pdfsig -nocert`: the signatures in the order of the form; the certificates are not its subject here."""
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, timeout=300)
    text = done.stdout.decode(errors="replace")
    seen = []
    for block in re.split(r"^Signature #\d+:", text, flags=re.MULTILINE)[1:]:
        field = re.search(r"- Signature Field Name: (.*)", block)
        seen.append(
            Seen(
                field=field[1].strip() if field else "",
                valid="- Signature Validation: Signature is Valid." in block,
                whole=bool(re.search(r"^  - Total document signed$", block, flags=re.MULTILINE)),
                text=block + done.stderr.decode(errors="replace"),
            )
        )
    return seen


@dataclass(frozen=True)
class Validated:
    """One signature as pyHanko validates it."""

    field: str
    intact: bool
    valid: bool
    trusted: bool
    coverage: SignatureCoverageLevel | None
    modification: ModificationLevel | None
    docmdp_ok: bool | None
    text: str


def certificate(path: Path) -> x509.Certificate:
    """The certificate of a PEM file."""
    _, _, der = pem.unarmor(path.read_bytes())
    return x509.Certificate.load(der)


def pyhanko(path: Path, root: Path | None, *, strict: bool = True) -> list[Validated]:
    """pyHanko's validation with one root and without revocation data; strict as its own default is."""
    roots = [certificate(root)] if root else []
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
    with path.open("rb") as file:
        reader = PdfFileReader(file, strict=strict)
        answers = []
        for embedded in reader.embedded_signatures:
            status = validate_pdf_signature(embedded, signer_validation_context=context)
            answers.append(
                Validated(
                    field=embedded.field_name,
                    intact=status.intact,
                    valid=status.valid,
                    trusted=status.trusted,
                    coverage=status.coverage,
                    modification=status.modification_level,
                    docmdp_ok=status.docmdp_ok,
                    text=status.pretty_print_details(),
                )
            )
        return answers


def readers(path: Path) -> str:
    """Who can open a file and find a page: qpdf cleanly (Q) or with warnings (q), poppler silently (s), pyHanko when
    strict (H) or when not (h)."""
    structure = qpdf(path)
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, timeout=300)
    silent = info.returncode == 0 and b"rror" not in info.stderr
    strict, lenient = (_pyhanko_finds_a_page(path, strict) for strict in (True, False))
    letters = ["Q" if structure.clean else "q" if structure.usable else ""]
    return "".join([*letters, "s" if silent else "", "H" if strict else "h" if lenient else ""])


def _pyhanko_finds_a_page(path: Path, strict: bool) -> bool:
    with path.open("rb") as file:
        try:
            nodes = [PdfFileReader(file, strict=strict).root["/Pages"]]
            while nodes:
                node = nodes.pop()
                if node["/Type"] == "/Page":
                    return True
                # By index: that resolves references, and iterating does not.
                kids = node["/Kids"]
                nodes.extend(kids[index] for index in range(len(kids)))
            return False
        # What a broken file makes of a reader is not ours to list: it could not read it.
        except Exception:
            return False
