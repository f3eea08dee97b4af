"""Real PDFs, signed with every key, then signed again by somebody else, before three judges and ourselves.

The small documents meet every key, RSA with both paddings. The file of 200 MB meets each of the four key types once.
The one of 1.8 million objects meets two, and its first signature is judged under the second one only, by qpdf once:
reading it takes qpdf half a minute and pyHanko ten seconds, and how an update is written does not depend on the key.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import documents
import judges
import program
from documents import Document
from judges import ModificationLevel, SignatureCoverageLevel
from program import Key, Pki
from verdicts import Verdicts

ACCEPTABLE = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}
NOT_REVOCATION = {"revocation.not-checked"}

BY_NAME = {key.name: key for key in program.KEYS}
KEYS_OF_LARGE = {
    "200-megabytes": ["RSA-2048 PSS", "RSA-3072 PSS", "P-256", "P-384"],
    "1.8-million-objects": ["RSA-2048 v1.5", "P-256"],
}

CASES = [(document, key) for document in documents.SMALL for key in program.KEYS] + [
    (document, BY_NAME[name]) for document in documents.LARGE for name in KEYS_OF_LARGE[document.name]
]


@pytest.fixture(scope="module")
def originals() -> Iterator[dict[str, Path]]:
    """Documents by name, each made once."""
    made: dict[str, Path] = {}
    yield made
    for path in made.values():
        path.unlink()


@pytest.fixture
def original(case: tuple[Document, Key], originals: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unsigned document of a case; of the large ones only the latest is kept."""
    document, _ = case
    if document.name not in originals:
        for other in documents.LARGE:
            if path := originals.pop(other.name, None):
                path.unlink()
        path = tmp_path_factory.mktemp(document.name) / "original.pdf"
        document.make(path)
        originals[document.name] = path
    return originals[document.name]


def starts_with(path: Path, prefix: Path) -> bool:
    """Whether the bytes of `prefix` are the beginning of `path`."""
    with path.open("rb") as long, prefix.open("rb") as short:
        while piece := short.read(1 << 20):
            if long.read(len(piece)) != piece:
                return False
    return True


def judge_structure(judged: Verdicts, stage: str, document: Document, original: Path, signed: Path) -> None:
    """qpdf finds nothing; where it complains of the original already, it finds no errors."""
    after = judges.qpdf(signed)
    forgiven = not after.clean and after.usable and not document.large and not judges.qpdf(original).clean
    judged.say(stage, "q", after.clean or forgiven, after.text)


def judge_one(judged: Verdicts, document: Document, original: Path, signed: Path, root: Path) -> None:
    """One signature, over the whole file."""
    seen = judges.pdfsig(signed)
    judged.say("1", "s", [(s.valid, s.whole) for s in seen] == [(True, True)], seen)
    if document.name != "1.8-million-objects":
        judge_structure(judged, "1", document, original, signed)
        validated = judges.pyhanko(signed, root, strict=not document.lenient)
        judged.say("1", "h", len(validated) == 1, validated)
        for v in validated:
            judged.say("1", "h", v.intact and v.valid and v.trusted, v.text)
            judged.say("1", "h", v.coverage == SignatureCoverageLevel.ENTIRE_FILE, v.coverage)

    report = program.verify(signed, root)
    judged.say("1", "v", (report.code, report.json["indication"]) == (2, "INDETERMINATE"), report)
    judged.say("1", "v", len(report.signatures) == 1 and report.warnings == set(), report)
    signature = report.signatures[0]
    judged.say("1", "v", (signature["integrity"], signature["format"]) == ("intact", "PAdES-BASELINE-B"), signature)
    judged.say("1", "v", (signature["reason"], signature["location"]) == ("Ký thử", "Thử Nghiệm"), signature)
    judged.say("1", "v", report.reasons(0) == NOT_REVOCATION, report.reasons(0))
    last, length = report.json["revisions"], signed.stat().st_size
    whole = {"revision": last, "of": last, "signed_bytes": length, "bytes_after": 0}
    judged.say("1", "v", signature["coverage"] == whole, signature["coverage"])


def judge_two(
    judged: Verdicts, document: Document, key: Key, original: Path, signed: Path, root: Path, first_length: int
) -> None:
    """The first signature covers its revision, the second the whole file, and what came between is acceptable."""
    if not document.large or (document.name, key.name) == ("1.8-million-objects", "P-256"):
        judge_structure(judged, "2", document, original, signed)
    seen = judges.pdfsig(signed)
    # The order is the form's, and a document may list its fields as it likes.
    judged.say("2", "s", sorted((s.valid, s.whole) for s in seen) == [(True, False), (True, True)], seen)
    validated = judges.pyhanko(signed, root, strict=not document.lenient)
    expected = [SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE]
    judged.say("2", "h", sorted(v.coverage or SignatureCoverageLevel.UNCLEAR for v in validated) == expected, validated)
    for v in validated:
        judged.say("2", "h", v.intact and v.valid and v.trusted and v.docmdp_ok is not False, v.text)
        judged.say("2", "h", v.modification in ACCEPTABLE, v.modification)

    report = program.verify(signed, root)
    judged.say("2", "v", (report.code, report.json["indication"]) == (2, "INDETERMINATE"), report)
    judged.say("2", "v", len(report.signatures) == 2 and report.warnings == set(), report)
    last = report.json["revisions"]
    for index, (signature, after) in enumerate(
        zip(report.signatures, (signed.stat().st_size - first_length, 0), strict=True)
    ):
        judged.say("2", "v", signature["integrity"] == "intact", signature)
        reasons = NOT_REVOCATION | ({"verify.bytes-after"} if after else set())
        judged.say("2", "v", report.reasons(index) == reasons, report.reasons(index))
        coverage = signature["coverage"]
        judged.say("2", "v", (coverage["bytes_after"], coverage["revision"]) == (after, last - 1 + index), coverage)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].name}-{case[1].name.replace(' ', '-')}")
def test_judges_accept_one_signature_and_a_second_one(
    case: tuple[Document, Key], original: Path, pki: Pki, folder: Path, judged: Verdicts
) -> None:
    document, key = case
    judged.case(document.name, key.name)
    one, two = folder / "one.pdf", folder / "two.pdf"

    answer = pki.sign(original, one, key, "--reason", "Ký thử", "--location", "Thử Nghiệm")
    assert answer.code == 0, answer.stderr
    assert answer.warnings == set(), "a well-formed document is read without warnings"
    assert starts_with(one, original), "the original bytes were touched"
    judge_one(judged, document, original, one, pki.root(key.algorithm))

    answer = pki.sign(one, two, key, who="agency")
    assert answer.code == 0, answer.stderr
    assert answer.warnings == set()
    assert starts_with(two, one)
    first_length = one.stat().st_size
    one.unlink()
    judge_two(judged, document, key, original, two, pki.root(key.algorithm), first_length)
    judged.settle()


def test_every_key_type_signs_a_large_file() -> None:
    """The plan of the matrix itself."""
    assert {document.name for document in documents.LARGE} == set(KEYS_OF_LARGE)
    used = {BY_NAME[name].algorithm for name in KEYS_OF_LARGE["200-megabytes"]}
    assert used == {key.algorithm for key in program.KEYS}
