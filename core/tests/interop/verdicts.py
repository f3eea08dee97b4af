"""The verdicts of one case, and the table of all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JUDGES = {"q": "qpdf", "s": "pdfsig", "h": "pyHanko", "v": "condau verify"}


@dataclass
class Verdicts:
    """What each judge said of a document under a key; the first word of a stage names the signature."""

    document: str = ""
    key: str = ""
    cells: dict[str, dict[str, bool]] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)

    def case(self, document: str, key: str) -> None:
        """Names the case."""
        self.document, self.key = document, key

    def say(self, stage: str, judge: str, holds: bool, detail: object = "") -> None:
        """Notes one verdict, and goes on: the table shows all of them."""
        judges = self.cells.setdefault(stage, {})
        judges[judge] = judges.get(judge, True) and holds
        if not holds:
            self.objections.append(f"{stage}: {JUDGES[judge]}: {detail}")

    def settle(self) -> None:
        """Fails if there was an objection."""
        assert not self.objections, "\n".join(self.objections)

    def row(self) -> dict[str, Any]:
        """As plain data, for the report."""
        return {"document": self.document, "key": self.key, "cells": self.cells}


def _cell(judges: dict[str, bool]) -> str:
    """One letter for each judge: itself if content, `X` if not, `.` if not asked."""
    return "".join("." if judge not in judges else judge if judges[judge] else "X" for judge in JUDGES)


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Documents down, keys across, in each cell the stages."""
    if not rows:
        return []
    keys = list(dict.fromkeys(row["key"] for row in rows))
    cells: dict[str, dict[str, str]] = {}
    for row in rows:
        text = " ".join(_cell(judges) for judges in row["cells"].values())
        cells.setdefault(row["document"], {})[row["key"]] = text
    keys.sort()
    widths = {key: max(len(key), *(len(line.get(key, "")) for line in cells.values())) for key in keys}
    first = max(map(len, cells))
    legend = ", ".join(f"{letter} {name}" for letter, name in JUDGES.items())
    lines = [
        "",
        f"judges: {legend}; X objects, . not asked; first after one signature, then after two",
        " ".join([" " * first, *(key.ljust(widths[key]) for key in keys)]),
    ]
    for name, line in cells.items():
        lines.append(" ".join([name.ljust(first), *(line.get(key, "").ljust(widths[key]) for key in keys)]).rstrip())
    return lines
