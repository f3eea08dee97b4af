"""Fixtures, and the table that ends the run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import program
import verdicts


def pytest_sessionstart() -> None:
    """Without the program or the judges there is nothing to test, and that is a failure."""
    missing = [tool for tool in ("qpdf", "pdfsig", "pdfinfo", "npm", "apt-get", "dpkg-deb") if not shutil.which(tool)]
    if not program.BINARY.exists():
        missing.append(f"{program.BINARY} (cargo build --release -p condau --features cli, or set CONDAU_BIN)")
    if missing:
        pytest.exit(f"missing: {', '.join(missing)}", returncode=1)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> program.Pki:
    """Test hierarchies."""
    return program.Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that is gone after the test: some of the files are large."""
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest.fixture
def judged(record_property: Callable[[str, object], None]) -> Iterator[verdicts.Verdicts]:
    """Collects what the judges say of one case; fails at the end of the test if one of them objected."""
    collected = verdicts.Verdicts()
    yield collected
    record_property("verdicts", collected.row())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Document by key: what each judge said."""
    rows = []
    for reports in terminalreporter.stats.values():
        for report in reports:
            properties = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", "") == "teardown" and "verdicts" in properties:
                rows.append(properties["verdicts"])
    for line in verdicts.table(rows):
        terminalreporter.write_line(line)
