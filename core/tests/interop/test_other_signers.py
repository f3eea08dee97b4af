"""Signatures of other tools: verified by condau as intact, and countersigned by it without breaking them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

import documents
import handmade
import judges
import other_signers
import program
from judges import ModificationLevel, SignatureCoverageLevel

BY_NAME = {key.name: key for key in program.KEYS}
P256, RSA = BY_NAME["P-256"], BY_NAME["RSA-2048 v1.5"]


def named(value: object) -> str:
    return str(getattr(value, "name", value)).replace(" ", "-")


def check(report: program.Report, field: str, sub_filter: str, format_: str, extra: set[str]) -> None:
    """The only signature: intact, trusted, undecided for want of revocation data and of nothing else."""
    assert (report.code, report.json["indication"]) == (2, "INDETERMINATE"), report
    assert report.warnings == set()
    (signature,) = report.signatures
    assert signature["integrity"] == "intact", signature
    assert (signature["field"], signature["sub_filter"], signature["format"]) == (field, sub_filter, format_)
    assert signature["trust_domain"] == "custom"
    assert signature["signer"]["common_name"] == "Ủy ban nhân dân xã Thử Nghiệm"
    assert signature["claimed_time"] is not None
    assert signature["coverage"]["bytes_after"] == 0
    assert report.reasons(0) == {"revocation.not-checked"} | extra, report.reasons(0)


@pytest.mark.parametrize("sub_filter", [other_signers.PADES, other_signers.ADOBE], ids=named)
@pytest.mark.parametrize("key", program.KEYS, ids=named)
def test_signature_by_pyhanko_is_intact(
    key: program.Key, sub_filter: SigSeedSubFilter, pki: program.Pki, folder: Path
) -> None:
    """pyHanko pads PSS with the longest salt that fits, not with one as long as the hash."""
    pdf = handmade.table(handmade.one_page())
    signed = other_signers.pyhanko(pdf, pki, key, sub_filter=sub_filter)
    report = program.verify(other_signers.write(folder / "pyhanko.pdf", signed), pki.root(key.algorithm))
    if sub_filter == other_signers.PADES:
        check(report, "PyHanko", "ETSI.CAdES.detached", "PAdES-BASELINE-B", set())
    else:
        check(report, "PyHanko", "adbe.pkcs7.detached", "PKCS7", set())
    assert report.signatures[0]["reason"] == "Kiểm tra liên thông"
    assert report.signatures[0]["name"] == "Ủy ban nhân dân xã Thử Nghiệm"


@pytest.mark.parametrize("key", [key for key in program.KEYS if key.padding], ids=named)
def test_signature_by_endesive_is_intact(key: program.Key, pki: program.Pki, folder: Path) -> None:
    signed = other_signers.endesive(handmade.table(handmade.one_page()), pki, key)
    report = program.verify(other_signers.write(folder / "endesive.pdf", signed), pki.root(key.algorithm))
    check(report, "Endesive", "adbe.pkcs7.detached", "PKCS7", set())


@pytest.mark.parametrize("document", documents.SMALL, ids=named)
def test_signature_by_pyhanko_on_a_real_document_is_intact_and_stays_so_under_ours(
    document: documents.Document, pki: program.Pki, folder: Path
) -> None:
    original = folder / "original.pdf"
    document.make(original)
    strict = not document.lenient
    signed = other_signers.pyhanko(original.read_bytes(), pki, P256, strict=strict)
    first = other_signers.write(folder / "first.pdf", signed)
    check(program.verify(first, pki.root("p256")), "PyHanko", "ETSI.CAdES.detached", "PAdES-BASELINE-B", set())
    both = folder / "both.pdf"
    assert pki.sign(first, both, P256).code == 0
    accepted_by_all(both, pki.root("p256"), strict=strict)


@pytest.mark.parametrize("document", documents.SMALL, ids=named)
def test_our_signature_stays_intact_under_one_by_pyhanko(
    document: documents.Document, pki: program.Pki, folder: Path
) -> None:
    original, first = folder / "original.pdf", folder / "first.pdf"
    document.make(original)
    assert pki.sign(original, first, P256).code == 0
    strict = not document.lenient
    signed = other_signers.pyhanko(first.read_bytes(), pki, P256, strict=strict)
    accepted_by_all(other_signers.write(folder / "both.pdf", signed), pki.root("p256"), strict=strict)


def accepted_by_all(both: Path, root: Path, *, strict: bool) -> None:
    """Two signatures, the second over the first."""
    validated = judges.pyhanko(both, root, strict=strict)
    coverage = {v.coverage for v in validated}
    assert coverage == {SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION}
    for v in validated:
        assert v.intact and v.valid and v.trusted and v.docmdp_ok is not False, v.text
        assert v.modification in (ModificationLevel.NONE, ModificationLevel.FORM_FILLING), v.text
    assert sorted((s.valid, s.whole) for s in judges.pdfsig(both)) == [(True, False), (True, True)]
    report = program.verify(both, root)
    assert [s["integrity"] for s in report.signatures] == ["intact", "intact"]
    assert report.reasons(0) == {"revocation.not-checked", "verify.bytes-after"}
    assert report.reasons(1) == {"revocation.not-checked"}


@pytest.mark.parametrize("permission", [MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE], ids=named)
def test_certified_document_that_allows_signatures_is_signed(
    permission: MDPPerm, pki: program.Pki, folder: Path
) -> None:
    pdf = handmade.table(handmade.one_page())
    certified = other_signers.write(folder / "certified.pdf", other_signers.pyhanko(pdf, pki, P256, certify=permission))
    both = folder / "both.pdf"
    answer = pki.sign(certified, both, P256)
    assert answer.code == 0, answer.stderr
    accepted_by_all(both, pki.root("p256"), strict=True)


def test_document_certified_against_changes_is_not_signed(pki: program.Pki, folder: Path) -> None:
    pdf = handmade.table(handmade.one_page())
    certified = other_signers.write(
        folder / "certified.pdf", other_signers.pyhanko(pdf, pki, P256, certify=MDPPerm.NO_CHANGES)
    )
    answer = pki.sign(certified, folder / "both.pdf", P256)
    assert (answer.code, answer.error["id"]) == (3, "sign.certified-no-changes")


@pytest.mark.parametrize("by", ["condau", "pyhanko", "endesive"])
def test_broken_signature_is_broken_for_everybody(by: str, pki: program.Pki, folder: Path) -> None:
    """The control of all the tests above: a changed byte is noticed by each judge."""
    pdf, signed = handmade.table(handmade.one_page()), folder / "signed.pdf"
    if by == "condau":
        pki.sign(other_signers.write(folder / "original.pdf", pdf), signed, RSA)
    else:
        make = other_signers.pyhanko if by == "pyhanko" else other_signers.endesive
        other_signers.write(signed, make(pdf, pki, RSA))
    broken = other_signers.write(folder / "broken.pdf", signed.read_bytes().replace(b"So 01/", b"So 07/", 1))
    (seen,) = judges.pdfsig(broken)
    assert not seen.valid
    (validated,) = judges.pyhanko(broken, pki.root("rsa2048"))
    assert not validated.intact
    report = program.verify(broken, pki.root("rsa2048"))
    assert (report.code, report.json["indication"]) == (1, "TOTAL_FAILED")
    assert report.signatures[0]["integrity"] == "broken"
    assert report.signatures[0]["sub_indication"] == "HASH_FAILURE"
