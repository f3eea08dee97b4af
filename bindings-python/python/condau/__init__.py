"""Verify signed PDF files.

>>> import condau
>>> report = condau.verify("quyet-dinh.pdf", trust=condau.TrustStore.from_dir("roots"))  # doctest: +SKIP
>>> for signature in report.signatures:  # doctest: +SKIP
...     print(signature.explain("vi"))
"""

from ._condau import (
    CertificateSummary,
    CoverageSummary,
    Finding,
    Report,
    SignatureReport,
    TrustStore,
    __version__,
    verify,
)
from ._types import Error, Indication

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
