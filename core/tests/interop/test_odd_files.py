"""Files that are unusual, tolerated, to be rebuilt or refused: signed as they are, and judged by who could read them.

A tolerant reading is a warning when signing. When verifying, what was read tolerantly keeps the signature from
passing; and a judge who could read the original can read the signed file, and accepts the signature.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import judges
import odd
import program
from judges import SignatureCoverageLevel
from odd import Odd
from verdicts import Verdicts

P256 = next(key for key in program.KEYS if key.name == "P-256")
RSA = next(key for key in program.KEYS if key.name == "RSA-2048 PSS")


def named(case: Odd) -> str:
    return case.name


def write(case: Odd, folder: Path) -> Path:
    """The original, as its readers find it."""
    path = folder / "original.pdf"
    path.write_bytes(case.make())
    assert judges.readers(path) == case.readers, "the file is not what the list says"
    return path


def judge(case: Odd, signed: Path, field: str, root: Path, judged: Verdicts, readers: str) -> None:
    """Whoever is among `readers` accepts the one signature of the file."""
    structure = judges.qpdf(signed)
    if "Q" in readers or "q" in readers:
        judged.say("1", "q", structure.clean or "q" in readers and structure.usable, structure.text)
    if "s" in readers:
        # Empty signature fields are listed too.
        seen = {s.field: (s.valid, s.whole) for s in judges.pdfsig(signed)}
        judged.say("1", "s", seen.get(field) == (True, True), seen)
    if "H" in readers or "h" in readers:
        validated = judges.pyhanko(signed, root, strict="H" in readers)
        judged.say("1", "h", [v.field for v in validated] == [field], validated)
        for v in validated:
            judged.say("1", "h", v.intact and v.valid and v.trusted, v.text)
            judged.say("1", "h", v.coverage == SignatureCoverageLevel.ENTIRE_FILE, v.coverage)


def judge_ours(case: Odd, signed: Path, field: str, root: Path, judged: Verdicts) -> None:
    """Our own verification: intact, never passed, and not silent about a tolerant reading."""
    report = program.verify(signed, root)
    judged.say("1", "v", report.code == 2 and report.json["indication"] == "INDETERMINATE", report)
    judged.say("1", "v", report.warnings == case.verifying, report.warnings)
    (signature,) = report.signatures
    judged.say("1", "v", signature["field"] == field and signature["integrity"] == "intact", signature)
    tolerant = {"verify.tolerant-reading"} if case.verifying else set()
    judged.say("1", "v", report.reasons(0) == {"revocation.not-checked"} | tolerant, report.reasons(0))
    judged.say("1", "v", signature["coverage"]["bytes_after"] == 0, signature["coverage"])
    judged.say("1", "v", signature["coverage"]["revision"] == report.json["revisions"], signature["coverage"])


@pytest.mark.parametrize("key", [P256, RSA], ids=lambda key: key.name.replace(" ", "-"))
@pytest.mark.parametrize("case", odd.UNUSUAL + odd.TOLERATED, ids=named)
def test_odd_file_is_signed_as_it_is(
    case: Odd, key: program.Key, pki: program.Pki, folder: Path, judged: Verdicts
) -> None:
    judged.case(case.name, key.name)
    original, signed = write(case, folder), folder / "signed.pdf"
    options = ["--field", case.field] if case.field else []
    answer = pki.sign(original, signed, key, *options)
    assert answer.code == 0, answer.stderr
    assert answer.warnings == case.signing
    assert signed.read_bytes().startswith(original.read_bytes())
    field = answer.json["field"]
    assert field == (case.field or "Signature1")
    judge(case, signed, field, pki.root(key.algorithm), judged, case.readers)
    judge_ours(case, signed, field, pki.root(key.algorithm), judged)
    judged.settle()



@pytest.mark.parametrize("case", odd.TO_REBUILD, ids=named)
def test_file_to_rebuild_is_refused_unless_repair_is_asked_for_and_then_strict_readers_read_it(
    case: Odd, pki: program.Pki, folder: Path, judged: Verdicts
) -> None:
    judged.case(case.name, P256.name)
    original, signed = write(case, folder), folder / "signed.pdf"
    answer = pki.sign(original, signed, P256)
    assert (answer.code, answer.error["kind"]) == (3, "NeedsRepair"), answer
    assert not signed.exists()

    answer = pki.sign(original, signed, P256, "--repair")
    assert answer.code == 0, answer.stderr
    assert answer.warnings == case.signing | odd.ids("rebuilt")
    assert signed.read_bytes().startswith(original.read_bytes())
    judge(case, signed, answer.json["field"], pki.root(P256.algorithm), judged, case.repaired)
    judge_ours(case, signed, answer.json["field"], pki.root(P256.algorithm), judged)
    judged.settle()


@pytest.mark.parametrize("case", odd.REFUSED, ids=named)
def test_file_that_cannot_be_signed_is_refused_with_a_reason_and_left_alone(
    case: Odd, pki: program.Pki, folder: Path
) -> None:
    original, signed = write(case, folder), folder / "signed.pdf"
    before = original.read_bytes()
    answer = pki.sign(original, signed, P256, "--repair")
    assert (answer.code, answer.error["id"]) == (3, case.refusal)
    # The reason is a sentence in both languages, not the bare id.
    assert all(len(text.split()) > 3 for text in answer.error["text"].values()), answer.error
    assert answer.stderr.strip()
    assert original.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["original.pdf"], "something was left behind"


@pytest.mark.parametrize("case", [case for case in odd.REFUSED if case.refusal == "pdf.encrypted"], ids=named)
def test_encrypted_file_cannot_be_judged(case: Odd, pki: program.Pki, folder: Path) -> None:
    answer = program.run("verify", write(case, folder), "--trust", pki.root(P256.algorithm))
    assert answer.code == 3
    assert answer.json["files"][0]["error"]["id"] == "pdf.encrypted"


def test_lists_hold_what_they_promise() -> None:
    """No name twice, and every tolerance of a file that is signed is met by at least one file."""
    everything = odd.UNUSUAL + odd.TOLERATED + odd.TO_REBUILD + odd.REFUSED
    assert len({case.name for case in everything}) == len(everything)
    assert all(not case.signing for case in odd.UNUSUAL)
    met = frozenset().union(*(case.signing for case in odd.TOLERATED))
    assert met == odd.ids(
        "junk-before-header",
        "stream-length",
        "endobj",
        "xref-offset",
        "space-before-object",
        "startxref",
        "prev",
        "xref-first",
        "xref-entry-width",
        "no-eof-marker",
        "bytes-after-eof",
        "object-stream-index",
    )
