"""The documents against what they speak of: links, files, imports, tests, message ids, options."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from outputs import BINARY
from schemas import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = ROOT / "core" / "src"


def text(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text(document))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_message_ids_are_in_the_catalogue(document: Path) -> None:
    known = {line.split("\t")[0] for line in text("core/data/messages.tsv").splitlines()}
    prefixes = "|".join({id_.split(".")[0] for id_ in known if "." in id_})
    named = re.findall(rf"[`\"]((?:{prefixes})\.[a-z0-9-]+)[`\"]", text(document))
    assert {id_ for id_ in named if not id_.endswith((".rs", ".pdf"))} - known == set()


def test_the_ledgers_name_tests_that_exist() -> None:
    missing, count = [], 0
    for ledger in (ROOT / "docs" / "conformance").glob("*.md"):
        for stem, name in re.findall(r"`(\w+)::(\w+)`", text(ledger)):
            stem = {"oracles": "run"}.get(stem, stem)
            files = [path for end in (".rs", ".py") for path in (ROOT / "core").rglob(f"{stem}{end}")]
            found = any(re.search(rf"\b(fn|def) {name}\(", text(path)) for path in files)
            missing += [] if found else [f"{stem}::{name}"]
            count += 1
    assert count > 50 and missing == []


def test_the_architecture_names_every_source_file_and_no_other() -> None:
    listed = set(re.findall(r"`([\w/]+\.rs)`", text("ARCHITECTURE.md").split("## 2.")[1].split("## 3.")[0]))
    present = {path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*.rs")}
    folders = {name for name in present if name.endswith("/mod.rs")}
    assert present - listed - folders == set()
    assert {name for name in listed if "/" in name} - present == set()


def test_imports_point_down() -> None:
    rows = re.findall(r"^\| [\w ]+ \| ((?:`\w+` ?)+) \|$", text("ARCHITECTURE.md"), re.MULTILINE)
    layers = [re.findall(r"\w+", row) for row in rows]
    rank = {module: len(layers) - number for number, layer in enumerate(layers) for module in layer}
    modules = {path.relative_to(SOURCES).parts[0].removesuffix(".rs") for path in SOURCES.rglob("*.rs")} - {"lib"}
    assert modules == rank.keys()
    wrong, count = [], 0
    for path in SOURCES.rglob("*.rs"):
        own = path.relative_to(SOURCES).parts[0].removesuffix(".rs")
        code = re.sub(r"//.*", "", text(path).split("#[cfg(test)]")[0])
        for module in set(re.findall(r"\bcrate::(\w+)", code)) & modules if own not in ("bin", "lib") else ():
            count += 1
            to_the_right = own in layers[-1] and module in layers[-1][layers[-1].index(own) :]
            if not (rank[module] < rank[own] or module == own or to_the_right):
                wrong.append(f"{path.relative_to(SOURCES)} imports {module}")
    assert count > 50 and wrong == []


@pytest.mark.parametrize("document", ["README.md", "README.vi.md"])
def test_options_in_examples_exist(document: str) -> None:
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text(document), re.DOTALL))
    commands = [line.split("#")[0].split() for line in blocks.splitlines() if line.startswith("condau ")]
    assert len(commands) > 3
    for _, command, *arguments in commands:
        done = subprocess.run([str(BINARY), command, "--help"], capture_output=True, text=True, check=True)
        options = {argument for argument in arguments if argument.startswith("--")}
        assert options - set(re.findall(r"--[a-z0-9-]+", done.stdout)) == set()


@pytest.mark.parametrize("document", ["README.md", "README.vi.md"])
def test_make_targets_exist(document: str) -> None:
    targets = set(re.findall(r"\bmake ([a-z]+)\b[^a-z]*(?:`|#| |$)", text(document), re.MULTILINE))
    assert {"demo", "test"} <= targets
    assert {target for target in targets if not re.search(rf"^{target}:", text("Makefile"), re.MULTILINE)} == set()
