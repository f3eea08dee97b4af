"""What `--json` prints, against the schemas of docs/schema: nothing else, nothing less.

The published schemas allow further fields, so that a program written today reads what is printed tomorrow. Here they
are taken by the letter: a field or a value that they do not name is one that docs/ does not document.
"""

from __future__ import annotations

import copy
import re
from typing import Any

import outputs
import pytest
import schemas
from jsonschema import Draft202012Validator
from outputs import BINARY, CASES, Case
from schemas import PUBLISHED, ROOT, STRICT, complaints

@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each case printed."""
    assert BINARY.exists(), f"{BINARY} is missing: cargo build --release -p condau --features cli, or set CONDAU_BIN"
    return outputs.run(tmp_path_factory.mktemp("outputs"))


@pytest.mark.parametrize("name", PUBLISHED)
def test_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(PUBLISHED[name])
    assert PUBLISHED[name]["$id"].endswith(f"/docs/schema/{name}.schema.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_output_is_what_its_schema_says(case: Case, printed: dict[str, dict[str, Any]]) -> None:
    output = printed[case.name]
    assert output["schema"] == f"condau.{case.schema}"
    assert complaints(PUBLISHED, output) == []
    assert complaints(STRICT, output) == []


def test_every_schema_and_field_is_met(printed: dict[str, dict[str, Any]]) -> None:
    named = {f"condau.{name}/1: {field}" for name in PUBLISHED for field in schemas.named_fields(name)}
    # A report is printed inside of condau.verify/1 only; there each of its fields is met.
    named = {field for field in named if not field.startswith("condau.report/1")}
    seen = {f"{output['schema']}: {field}" for output in printed.values() for field in schemas.seen_fields(output)}
    assert named - seen == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_says_what_it_is_made_for(case: Case, printed: dict[str, dict[str, Any]]) -> None:
    """The samples are what their names say, or they would prove nothing."""
    ids = {thing["id"] for _, thing in schemas.objects(printed[case.name]) if "id" in thing}
    assert case.says is None or case.says in ids
    if case.schema == "verify/1":
        # The demonstration ends with 0 whatever its report says.
        expected = {0: "INDETERMINATE", 1: "TOTAL_FAILED", 2: "INDETERMINATE", 3: None}[case.code]
        assert printed[case.name]["indication"] == expected


def test_signed_bytes_of_the_forged_files_are_unchanged(printed: dict[str, dict[str, Any]]) -> None:
    """Nothing but the structure gives them away: the digest of what is signed is right."""
    for name in ("verify-copied-signature", "verify-wrapped-signature"):
        (signature,) = printed[name]["files"][0]["report"]["signatures"]
        ids = {finding["id"] for finding in signature["findings"]}
        assert signature["integrity"] == "broken" and "verify.hash-mismatch" not in ids


def test_lists_that_may_grow_hold_what_the_source_has() -> None:
    source = (ROOT / "core/src/error.rs").read_text(encoding="utf-8")
    kinds = re.findall(r"^    ([A-Z]\w+),$", source.split("pub enum ErrorKind {")[1].split("\n}")[0], re.MULTILINE)
    listed = PUBLISHED["common"]["$defs"]["error"]["properties"]["kind"]["anyOf"][0]["enum"]
    assert len(kinds) > 10 and listed == kinds
    source = (ROOT / "core/src/verify/indication.rs").read_text(encoding="utf-8")
    names = re.findall(r'=> "([A-Z_]+)"', source.split("impl SubIndication")[1].split("\n}")[0])
    listed = PUBLISHED["report"]["$defs"]["signature"]["properties"]["sub_indication"]["anyOf"][0]["enum"]
    assert len(names) > 10 and listed == [*names, None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_control_a_foreign_or_missing_field_is_noticed(case: Case, printed: dict[str, dict[str, Any]]) -> None:
    output = printed[case.name]
    for index, (path, _) in enumerate(schemas.objects(output)):
        if path.endswith("findings[].facts") or path.endswith("error.facts"):
            continue  # a map: its names are those of the message
        more = copy.deepcopy(output)
        thing = list(schemas.objects(more))[index][1]
        thing["foreign"] = "field"
        assert complaints(PUBLISHED, more) == [], "a program must tolerate fields of a later version"
        assert complaints(STRICT, more) != [], path
        for key in thing.keys() - {"foreign", "schema"}:
            less = copy.deepcopy(output)
            del list(schemas.objects(less))[index][1][key]
            assert complaints(PUBLISHED, less) != [], f"{path}.{key}"
