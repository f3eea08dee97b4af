"""Real PDFs, signed with every key, then signed again by somebody else, before three judges and ourselves.

The small documents meet every key, RSA with both paddings. The file of 200 MB meets each of the four key types
once; the one of 1.8 million objects meets two, since reading it takes qpdf half a minute: how it is signed does not
depend on the key, and each of the others has signed a large file by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import documents
import judges
import program
import pytest
from judges import ModificationLevel, SignatureCoverageLevel
from verdicts import Verdicts

ACCEPTABLE = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}

BY_NAME = {key.name: key for key in program.KEYS}
KEYS_OF_LARGE = {
    "200-megabytes": ["RSA-2048 PSS", "RSA-3072 PSS", "P-256", "P-384"],
    "1.8-million-objects": ["RSA-2048 v1.5", "P-256"],
}

CASES = [(document, key) for document in documents.SMALL for key in program.KEYS] + [
    (document, BY_NAME[name]) for document in documents.LARGE for name in KEYS_OF_LARGE[document.name]
]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Documents by name, made once; only the latest large one is kept."""
    yield (made := {})
    for path in made.values():
        path.unlink(missing_ok=True)


@pytest.fixture
def original(
    case: tuple[documents.Document, program.Key],
    originals: dict[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The unsigned document of a case."""
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


def judge_structure(judged: Verdicts, stage: str, path: Path, before: judges.Structure) -> None:
    """qpdf finds nothing; in a document that it complains about already, it finds nothing more."""
    after = judges.qpdf(path)
    judged.say(stage, "q", after.clean or (not before.clean and before.usable and after.usable), after.text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].name}-{case[1].name.replace(' ', '-')}")
def test_judges_accept_one_signature_and_a_second_one(
    case: tuple[documents.Document, program.Key], original: Path, pki: program.Pki, folder: Path, judged: Verdicts
) -> None:
    document, key = case
    judged.case(document.name, key.name)
    root = pki.root(key.algorithm)
    slow_structure = document.name == "1.8-million-objects"

    one = folder / "one.pdf"
    answer = pki.sign(original, one, key, "--reason", "Ký thử", "--location", "Thử Nghiệm")
    assert answer.code == 0, answer.stderr
    assert answer.warnings == set(), "a well-formed document is read without warnings"
    assert starts_with(one, original), "the original bytes were touched"
    if not slow_structure:
        judge_structure(judged, "1", one, judges.qpdf(original) if not document.large else CLEAN)
    seen = judges.pdfsig(one)
    judged.say("1", "s", [(s.valid, s.whole) for s in seen] == [(True, True)], seen)
    if not slow_structure:
        for v in (validated := judges.pyhanko(one, root, strict=not document.lenient)):
            judged.say("1", "h", v.intact and v.valid and v.trusted, v.text)
            judged.say("1", "h", v.coverage == SignatureCoverageLevel.ENTIRE_FILE, v.coverage)
        judged.say("1", "h", len(validated) == 1, "number of signatures")
    report = program.verify(one, root)
    judged.say("1", "v", report.code == 2 and report.json["indication"] == "INDETERMINATE", report)
    judged.say("1", "v", len(report.signatures) == 1 and report.warnings == set(), report.warnings)
    first = report.signatures[0]
    judged.say("1", "v", first["integrity"] == "intact" and first["format"] == "PAdES-BASELINE-B", first)
    judged.say("1", "v", report.reasons(0) == {"revocation.not-checked"}, report.reasons(0))
    whole = {"revision": report.json["revisions"], "of": report.json["revisions"]}
    length = one.stat().st_size
    judged.say("1", "v", first["coverage"] == {**whole, "signed_bytes": length, "bytes_after": 0}, first["coverage"])

    two = folder / "two.pdf"
    answer = pki.sign(one, two, key, who="agency")
    assert answer.code == 0, answer.stderr
    assert answer.warnings == set()
    assert starts_with(two, one)
    one.unlink()
    # For the two slow judges once is enough: the structure of the first update does not depend on the key.
    if not document.large or slow_structure and key.name == "P-256":
        judge_structure(judged, "2", two, judges.qpdf(original) if not document.large else CLEAN)
    seen = judges.pdfsig(two)
    # The order is the form's, and a document may list its fields as it likes.
    judged.say("2", "s", sorted((s.valid, s.whole) for s in seen) == [(True, False), (True, True)], seen)
    validated = {v.coverage: v for v in judges.pyhanko(two, root, strict=not document.lenient)}
    judged.say("2", "h", len(validated) == 2, validated)
    for v in validated.values():
        judged.say("2", "h", v.intact and v.valid and v.trusted and v.docmdp_ok is not False, v.text)
        judged.say("2", "h", v.modification in ACCEPTABLE, v.modification)
    earlier = SignatureCoverageLevel.ENTIRE_REVISION in validated
    judged.say("2", "h", earlier and SignatureCoverageLevel.ENTIRE_FILE in validated, validated)
    report = program.verify(two, root)
    judged.say("2", "v", report.code == 2 and len(report.signatures) == 2 and report.warnings == set(), report)
    for index, after in ((0, two.stat().st_size - length), (1, 0)):
        signature = report.signatures[index]
        judged.say("2", "v", signature["integrity"] == "intact", signature)
        expected = {"revocation.not-checked"} | ({"verify.bytes-after"} if after else set())
        judged.say("2", "v", report.reasons(index) == expected, report.reasons(index))
        judged.say("2", "v", signature["coverage"]["bytes_after"] == after, signature["coverage"])
        judged.say("2", "v", signature["coverage"]["revision"] == whole["of"] + index, signature["coverage"])
    judged.settle()


CLEAN = judges.Structure(clean=True, usable=True, text="")
"""What is expected of the large documents without asking: they are made here."""


def test_every_key_type_signs_a_large_file() -> None:
    """The plan of the matrix itself."""
    used = {BY_NAME[name].algorithm for names in KEYS_OF_LARGE.values() for name in names}
    assert used == {key.algorithm for key in program.KEYS}
