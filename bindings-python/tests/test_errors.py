"""`condau.Error`: the id, kind, facts and texts of the command line; and what is a TypeError instead."""

import json
import pickle
from pathlib import Path
from typing import Any

import condau
import pytest

from conftest import NOW, Signed, command_line, plain_pdf


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.pdf", b""),
        ("rubbish.pdf", "Đây không phải là PDF. ".encode() * 50),
        ("cut.pdf", plain_pdf()[:200]),
        ("encrypted.pdf", plain_pdf().replace(b"/Root", b"/Encrypt<</Filter/Standard>>/Root")),
    ],
)
def test_an_error_is_the_one_of_the_command_line(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    expected = command_line(path)["error"]
    # The command line says which of its files it speaks of; a function was given one document.
    place = expected.pop("place")
    expected["text"] = {language: text.removeprefix(f"{place}: ") for language, text in expected["text"].items()}
    assert place == str(path)
    documents: list[Path | bytes] = [path, data]
    for document in documents:
        with pytest.raises(condau.Error) as caught:
            condau.verify(document, condau.TrustStore(), NOW)
        error = caught.value
        texts = {"vi": error.explain(), "en": error.explain("en")}
        assert {"id": error.id, "kind": error.kind, "facts": error.facts, "text": texts} == expected
        assert str(error) == error.explain("en") != error.explain("vi")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(condau.Error) as caught:
        condau.verify(tmp_path / "không có.pdf", condau.TrustStore())
    assert (caught.value.id, caught.value.kind) == ("io.cannot-open", "Io")
    assert "không có.pdf" in caught.value.facts["path"]
    assert "không có.pdf" in caught.value.explain("vi")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(condau.Error) as caught:
        condau.verify(tmp_path, condau.TrustStore())
    assert caught.value.id == "io.not-a-file"


def test_an_error_survives_pickling() -> None:
    with pytest.raises(condau.Error) as caught:
        condau.verify(b"rubbish", condau.TrustStore())
    again = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(again, condau.Error)
    assert (again.id, again.kind, again.facts) == (caught.value.id, caught.value.kind, caught.value.facts)
    assert (str(again), again.explain()) == (str(caught.value), caught.value.explain())
    with pytest.raises(ValueError, match="'fr'"):
        again.explain("fr")  # type: ignore[arg-type]


@pytest.mark.parametrize("document", [None, 5, 1.5, [1, 2], object()])
def test_what_is_no_document_is_a_type_error(document: Any) -> None:
    with pytest.raises(TypeError, match="a path .* bytes, or another buffer"):
        condau.verify(document, condau.TrustStore())


def test_trust_is_never_left_out() -> None:
    with pytest.raises(TypeError):
        condau.verify(b"")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        condau.verify(b"", None)  # type: ignore[arg-type]


def test_trust_from_bytes_files_and_folders(signed: Signed, tmp_path: Path) -> None:
    pem = signed.root.read_bytes()
    store = condau.TrustStore()
    assert len(store) == 0
    assert store.add("vn-public", pem) == 1
    assert store.add("vn-public", pem * 2) == 2
    assert len(store) == 1, "the same anchor counts once"
    assert condau.verify(signed.path, store, NOW).signatures[0].trust_domain == "vn-public"

    assert len(condau.TrustStore.from_file(signed.root)) == 1
    # The folder of the test PKI: certificates and keys; what the command line takes from it, nothing else.
    pki = signed.folder / "pki"
    named = condau.TrustStore.from_dir(str(pki), domain="vn-public")
    report = condau.verify(signed.path, condau.TrustStore.from_dir(pki), NOW)
    assert report.to_json().find('"trust_domain":"custom"') > 0
    assert condau.verify(signed.path, named, NOW).signatures[0].trust_domain == "vn-public"
    assert json.loads(report.to_json()) == command_line(signed.path, "--trust", pki)["report"]


def test_trust_that_cannot_be_read(signed: Signed, tmp_path: Path) -> None:
    def id_of(action: Any) -> str:
        with pytest.raises(condau.Error) as caught:
            action()
        return caught.value.id

    store = condau.TrustStore()
    assert id_of(lambda: store.add("custom", b"no certificate")) == "x509.certificate-malformed"
    assert id_of(lambda: condau.TrustStore.from_file(tmp_path / "missing.pem")) == "io.cannot-open"
    assert id_of(lambda: condau.TrustStore.from_dir(tmp_path / "missing")) == "io.cannot-open"
    assert id_of(lambda: condau.TrustStore.from_dir(tmp_path)) == "trust.no-certificate"
    (tmp_path / "bad.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")
    assert id_of(lambda: condau.TrustStore.from_dir(tmp_path)) == "pem.damaged"
    assert len(store) == 0
