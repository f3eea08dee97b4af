"""What is easier to write in Python than in Rust: the error and the three answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, Never


class Error(Exception):
    """The library could not do what was asked: not a PDF, a file that cannot be read, a limit.

    A failed verification is no error, it is a report. `str()` gives English.
    """

    def __init__(self, id: str, kind: str, facts: Mapping[str, str], vi: str, en: str) -> None:
        # All of it goes to `args`, so that the error survives pickling between processes.
        super().__init__(id, kind, facts, vi, en)
        self.id = id
        """Stable id of the message, for example `pdf.encrypted`."""
        self.kind = kind
        """What went wrong, coarse enough to match on, for example `Malformed`."""
        self.facts = dict(facts)
        """The facts of this case, by name."""
        self._texts = {"vi": vi, "en": en}

    def explain(self, language: Literal["vi", "en"] = "vi") -> str:
        """The text for a person, in Vietnamese (`vi`) or English (`en`)."""
        if language not in self._texts:
            raise ValueError(f"the language must be 'vi' or 'en', not {language!r}")
        return self._texts[language]

    def __str__(self) -> str:
        return self._texts["en"]


class Indication(StrEnum):
    """The answer of a validation. There is no boolean: INDETERMINATE means that more evidence may decide it."""

    TOTAL_PASSED = "TOTAL_PASSED"
    """Everything was checked and holds."""
    INDETERMINATE = "INDETERMINATE"
    """Evidence is missing, or a constraint of the policy is not met."""
    TOTAL_FAILED = "TOTAL_FAILED"
    """The signature is broken, or was made when it must not have been."""

    def __bool__(self) -> Never:
        # As a string it would be true, whatever the answer is.
        raise TypeError("an indication has three values and is never true or false: compare it")
