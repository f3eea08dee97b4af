"""The command line under test, and the keys that it makes for itself."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BINARY = Path(os.environ.get("CONDAU_BIN", Path(__file__).resolve().parents[3] / "target" / "release" / "condau"))


@dataclass(frozen=True)
class Key:
    """What to sign with."""

    name: str
    algorithm: str
    """As `condau pki new --algorithm` takes it."""
    padding: str | None = None


KEYS = [
    Key("RSA-2048 PSS", "rsa2048", "pss"),
    Key("RSA-2048 v1.5", "rsa2048", "pkcs1"),
    Key("RSA-3072 PSS", "rsa3072", "pss"),
    Key("RSA-3072 v1.5", "rsa3072", "pkcs1"),
    Key("P-256", "p256"),
    Key("P-384", "p384"),
]


@dataclass(frozen=True)
class Answer:
    """Exit code and JSON of a run."""

    code: int
    json: dict[str, Any]
    stderr: str

    @property
    def error(self) -> dict[str, Any]:
        """The error of a run that failed."""
        return self.json["error"]

    @property
    def warnings(self) -> set[str]:
        """Ids of the warnings of `condau sign`."""
        return {warning["id"] for warning in self.json["warnings"]}


@dataclass(frozen=True)
class Report:
    """What `condau verify` says of one file."""

    code: int
    json: dict[str, Any]

    @property
    def signatures(self) -> list[dict[str, Any]]:
        """The signatures, oldest first."""
        return self.json["signatures"]

    @property
    def warnings(self) -> set[str]:
        """Ids of the findings on the document as a whole."""
        return {finding["id"] for finding in self.json["findings"]}

    def reasons(self, index: int) -> set[str]:
        """Ids of what keeps a signature from passing."""
        return {f["id"] for f in self.signatures[index]["findings"] if f["level"] in ("warning", "error")}


def run(*arguments: str | Path) -> Answer:
    """Runs the program with `--json`."""
    command = [str(BINARY), "--lang", "en", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, timeout=120)
    try:
        answer = json.loads(done.stdout)
    except ValueError as reason:
        raise AssertionError(f"{command} gave no JSON ({reason}): {done.stdout!r} {done.stderr!r}") from reason
    return Answer(done.returncode, answer, done.stderr.decode())


@dataclass
class Pki:
    """A test hierarchy for each algorithm, made when it is first asked for."""

    folder: Path
    made: dict[str, Path] = field(default_factory=dict)

    def of(self, algorithm: str) -> Path:
        """The folder of a hierarchy."""
        if algorithm not in self.made:
            target = self.folder / algorithm
            answer = run("pki", "new", target, "--algorithm", algorithm)
            assert answer.code == 0, answer.stderr
            self.made[algorithm] = target
        return self.made[algorithm]

    def root(self, algorithm: str) -> Path:
        """The root certificate."""
        return self.of(algorithm) / "root.pem"

    def password(self, algorithm: str) -> str:
        """The password of the keys."""
        return (self.of(algorithm) / "password.txt").read_text().strip()

    def sign(self, source: Path, target: Path, key: Key, *options: str, who: str = "person") -> Answer:
        """`condau sign`"""
        folder = self.of(key.algorithm)
        padding = ["--padding", key.padding] if key.padding else []
        secret: list[str | Path] = ["--p12", folder / f"{who}.p12", "--password-file", folder / "password.txt"]
        return run("sign", source, "-o", target, *secret, *padding, *options)


def verify(path: Path, root: Path) -> Report:
    """`condau verify --trust ROOT`"""
    answer = run("verify", path, "--trust", root)
    (entry,) = answer.json["files"]
    assert "report" in entry, entry
    return Report(answer.code, entry["report"])
