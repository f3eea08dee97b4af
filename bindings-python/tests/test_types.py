"""The stubs say what the package does, and the tests use it as the stubs say."""

import subprocess
import sys
from pathlib import Path

import condau

TESTS = Path(__file__).parent


def mypy(module: str, *parameters: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *parameters], cwd=TESTS, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stubs_match_the_package() -> None:
    mypy("mypy.stubtest", "condau")


def test_strict_typing_of_these_tests() -> None:
    mypy("mypy", "--strict", "--config-file", "", *sorted(TESTS.glob("*.py")))


def test_the_package_is_typed() -> None:
    folder = Path(condau.__file__).parent
    assert (folder / "py.typed").is_file()
    assert (folder / "__init__.pyi").is_file()
