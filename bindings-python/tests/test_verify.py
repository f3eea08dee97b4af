"""`condau.verify` gives what the command line gives, as objects that cannot be misread."""

import array
import json
import mmap
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import condau
import pytest
from condau import Indication

from conftest import NOW, Signed, command_line, plain_pdf, sign_twice


@pytest.fixture
def trust(signed: Signed) -> condau.TrustStore:
    return condau.TrustStore.from_file(signed.root)


@pytest.mark.parametrize("algorithm", ["rsa2048", "rsa3072", "p256", "p384", "ed25519"])
def test_the_report_is_the_one_of_the_command_line(tmp_path: Path, algorithm: str) -> None:
    signed = sign_twice(tmp_path, algorithm, plain_pdf())
    report = condau.verify(signed.path, condau.TrustStore.from_file(signed.root), NOW)
    assert json.loads(report.to_json()) == command_line(signed.path, "--trust", signed.root)["report"]
    assert [s.integrity for s in report.signatures] == ["intact", "intact"]
    assert [s.trust_domain for s in report.signatures] == ["custom", "custom"]


def test_objects_say_what_the_json_says(signed: Signed, trust: condau.TrustStore) -> None:
    report = condau.verify(signed.path, trust, NOW)
    assert as_json(report, skip=("findings", "signatures")) == without(report.to_json(), "findings", "signatures")
    entries = json.loads(report.to_json())["signatures"]
    assert len(report.signatures) == len(entries) == 2
    for signature, entry in zip(report.signatures, entries, strict=True):
        nested = ("signer", "chain", "coverage", "findings")
        assert as_json(signature, skip=nested) == {k: v for k, v in entry.items() if k not in nested}
        assert signature.signer is not None
        assert as_json(signature.signer) == entry["signer"]
        assert [as_json(certificate) for certificate in signature.chain] == entry["chain"]
        assert as_json(signature.coverage) == entry["coverage"]
        for finding, found in zip(signature.findings, entry["findings"], strict=True):
            text = {"vi": finding.explain("vi"), "en": finding.explain("en")}
            assert as_json(finding) | {"text": text} == found


def test_what_a_script_reads(signed: Signed, trust: condau.TrustStore) -> None:
    person, agency = condau.verify(signed.path, trust, NOW).signatures
    assert (person.field, agency.field) == ("ChuKy_person", "ChuKy_agency")
    assert person.indication is Indication.INDETERMINATE
    assert person.format == "PAdES-BASELINE-B"
    assert person.reason == "Kiểm thử"
    assert person.claimed_time == datetime(2026, 2, 1, 1, tzinfo=UTC)
    assert person.signer is not None
    assert person.signer.common_name in person.explain()
    assert person.signer.not_before < datetime(2026, 3, 1, tzinfo=UTC) < person.signer.not_after
    assert [certificate.subject for certificate in person.chain][0] == person.signer.subject
    assert (person.coverage.revision, person.coverage.of) == (2, 3)
    assert person.coverage.bytes_after > 0 == agency.coverage.bytes_after
    assert "Người ký" in person.explain("vi")
    assert person.explain("en") != person.explain("vi") == person.explain()


def test_every_kind_of_document_gives_the_same_report(signed: Signed, trust: condau.TrustStore) -> None:
    expected = condau.verify(str(signed.path), trust, NOW).to_json()
    data = signed.path.read_bytes()
    doubled = bytes(byte for pair in zip(data, data, strict=True) for byte in pair)
    with signed.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        documents: list[Any] = [
            *(signed.path, data, bytearray(data), memoryview(data), mapped),
            *(array.array("B", data), array.array("b", data), memoryview(doubled)[::2]),
        ]
        for document in documents:
            assert condau.verify(document, trust, NOW).to_json() == expected, type(document)
        del documents, document


def test_a_buffer_that_changes_meanwhile_keeps_its_length(signed: Signed, trust: condau.TrustStore) -> None:
    data = bytearray(signed.path.read_bytes())
    condau.verify(data, trust, NOW)
    # The view is gone: the buffer can be resized again.
    data.append(0)


@pytest.mark.parametrize("load", [lambda path: path, Path.read_bytes, lambda path: bytearray(path.read_bytes())])
def test_other_threads_run_meanwhile(tmp_path: Path, load: Any) -> None:
    signed = sign_twice(tmp_path, "p256", plain_pdf(filler=100_000_000))
    trust = condau.TrustStore.from_file(signed.root)
    document = load(signed.path)
    reports: list[condau.Report] = []
    thread = threading.Thread(target=lambda: reports.append(condau.verify(document, trust, NOW)))
    thread.start()
    ticks = 0
    while thread.is_alive():
        time.sleep(0.001)
        ticks += 1
    # Hashing takes some 50 ms at the very least; with the lock held, this thread would sleep until it is over.
    assert ticks > 10
    assert [s.integrity for s in reports[0].signatures] == ["intact", "intact"]
    for path in signed.folder.glob("*.pdf"):
        path.unlink()


def test_a_flipped_byte_fails(signed: Signed, trust: condau.TrustStore) -> None:
    data = bytearray(signed.path.read_bytes())
    data[data.index(b"595")] ^= 1
    report = condau.verify(data, trust, NOW)
    assert report.indication is Indication.TOTAL_FAILED
    assert [(s.sub_indication, s.integrity) for s in report.signatures] == [("HASH_FAILURE", "broken")] * 2


def test_without_a_signature_it_is_indeterminate(trust: condau.TrustStore) -> None:
    report = condau.verify(plain_pdf(), trust, NOW)
    assert report.indication is Indication.INDETERMINATE
    assert report.signatures == ()
    assert [finding.level for finding in report.findings] == ["error"]


def test_nothing_is_trusted_by_default(signed: Signed) -> None:
    report = condau.verify(signed.path, condau.TrustStore(), NOW)
    assert json.loads(report.to_json()) == command_line(signed.path)["report"]
    assert {s.sub_indication for s in report.signatures} == {"NO_CERTIFICATE_CHAIN_FOUND"}


def test_times(signed: Signed, trust: condau.TrustStore) -> None:
    vietnam = timezone(timedelta(hours=7))
    expected = datetime(2026, 3, 1, 1, tzinfo=UTC)
    times: list[datetime | str] = [
        NOW,
        datetime(2026, 3, 1, 8, tzinfo=vietnam),
        datetime(2026, 3, 1, 1, 0, 0, 999, tzinfo=UTC),
    ]
    for at in times:
        assert condau.verify(signed.path, trust, at).validation_time == expected
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert before <= condau.verify(signed.path, trust).validation_time <= datetime.now(UTC)
    wrong_times: list[datetime | str] = ["yesterday", datetime(2026, 3, 1, 8)]
    for wrong in wrong_times:
        with pytest.raises(condau.Error) as caught:
            condau.verify(signed.path, trust, wrong)
        assert caught.value.id == "time.not-rfc3339"
    with pytest.raises(TypeError):
        condau.verify(signed.path, trust, 1772326800)  # type: ignore[arg-type]


def test_certificates_help_to_build_paths(signed: Signed, trust: condau.TrustStore) -> None:
    pem = (signed.folder / "pki" / "issuing.pem").read_bytes()
    report = condau.verify(signed.path, trust, NOW, [pem, bytearray(pem)])
    assert report.signatures[0].trust_domain == "custom"
    with pytest.raises(condau.Error) as caught:
        condau.verify(signed.path, trust, NOW, certificates=[b"0\0"])
    assert caught.value.id == "x509.certificate-malformed"
    with pytest.raises(TypeError):
        condau.verify(signed.path, trust, NOW, certificates=pem)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [lambda r: r, lambda r: r.signatures[0], lambda r: r.indication])
def test_no_answer_is_a_boolean(signed: Signed, trust: condau.TrustStore, make: Any) -> None:
    answer = make(condau.verify(signed.path, trust, NOW))
    with pytest.raises(TypeError, match="never true or false"):
        bool(answer)
    with pytest.raises(TypeError, match="never true or false"):
        assert answer


def test_reports_cannot_be_changed_or_made(signed: Signed, trust: condau.TrustStore) -> None:
    report = condau.verify(signed.path, trust, NOW)
    with pytest.raises(AttributeError):
        report.indication = Indication.TOTAL_PASSED  # type: ignore[misc]
    with pytest.raises(AttributeError):
        report.signatures[0].integrity = "intact"  # type: ignore[misc]
    with pytest.raises(TypeError):
        condau.Report()
    assert report.signatures is report.signatures


def test_an_unknown_language_is_a_value_error(signed: Signed, trust: condau.TrustStore) -> None:
    report = condau.verify(signed.path, trust, NOW)
    for explain in [report.explain, report.signatures[0].explain, report.signatures[0].findings[0].explain]:
        with pytest.raises(ValueError, match="'fr'"):
            explain("fr")  # type: ignore[arg-type]


def as_json(thing: object, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    """The properties of an object, written as the JSON report writes them."""
    names = [name for name, value in vars(type(thing)).items() if not name.startswith("_") and not callable(value)]
    values = {name: getattr(thing, name) for name in names if name not in skip}
    return {
        name: value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def without(text: str, *names: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(text).items() if name not in names}
