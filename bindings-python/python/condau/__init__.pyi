import os
from collections.abc import Buffer, Iterable
from datetime import datetime
from typing import Final, Literal, Never, final

from ._types import Error as Error, Indication as Indication

__all__ = [
    "CertificateSummary",
    "CoverageSummary",
    "Error",
    "Finding",
    "Indication",
    "Report",
    "SignatureReport",
    "TrustStore",
    "__version__",
    "verify",
]

__version__: Final[str]
