import os
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, Never, final

from typing_extensions import Buffer

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

def verify(
    document: str | os.PathLike[str] | Buffer,
    trust: TrustStore,
    at: datetime | str | None = None,
    certificates: Sequence[bytes | bytearray] = (),
) -> Report:
    """Verifies every signature of a PDF.

    A path is read by position and never loaded whole. `at` is the time to judge for: a datetime with a time zone, RFC
    3339 text, or None for now. `certificates` are for building paths, besides those in the document; PEM, DER or
    PKCS#7, untrusted.

    A failed verification is a report. Raises `condau.Error` when it could not be run: not a PDF, encrypted, over a
    limit, a file that cannot be read. Other threads run meanwhile.
    """

@final
class TrustStore:
    """Trust anchors in named domains. Nothing is trusted by default, and no store of the system is read."""

    def __new__(cls) -> TrustStore: ...
    def add(self, domain: str, data: bytes | bytearray) -> int:
        """Trusts every certificate in `data` (PEM, DER or a PKCS#7 bundle) under `domain`; gives their number."""

    @staticmethod
    def from_file(path: str | os.PathLike[str], domain: str = "custom") -> TrustStore:
        """Trusts the certificates of one file."""

    @staticmethod
    def from_dir(path: str | os.PathLike[str], domain: str = "custom") -> TrustStore:
        """Trusts the certificates of every file in a folder that ends in pem, crt, cer, der, p7b or p7c.

        Files whose name says that they hold a private key (`….key.pem`) are passed over.
        """

    def __len__(self) -> int:
        """Number of anchors."""

@final
class Report:
    """The judgement of a document."""

    @property
    def schema(self) -> str:
        """Name and version of the JSON form."""

    @property
    def version(self) -> str:
        """Version of the library."""

    @property
    def validation_time(self) -> datetime:
        """The time that it was judged for, in UTC."""

    @property
    def indication(self) -> Indication:
        """The worst of all signatures; a document without a signature is indeterminate."""

    @property
    def document_bytes(self) -> int:
        """Length of the document in bytes."""

    @property
    def revisions(self) -> int:
        """Number of its revisions."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings on the document as a whole."""

    @property
    def signatures(self) -> tuple[SignatureReport, ...]:
        """One entry a signature, in the order in which they were made."""

    def to_json(self) -> str:
        """The JSON report, the one that the command line gives."""

    def explain(self, language: Literal["vi", "en"] = "vi") -> str:
        """The whole report as text, in Vietnamese (`vi`) or English (`en`)."""

    def __bool__(self) -> Never:
        """Raises TypeError: a report has three answers. Compare `indication`."""

@final
class SignatureReport:
    """The judgement of one signature."""

    @property
    def field(self) -> str:
        """Full name of its field."""

    @property
    def indication(self) -> Indication:
        """The answer."""

    @property
    def sub_indication(self) -> str | None:
        """Why it is not passed, as EN 319 102-1 spells it, for example `HASH_FAILURE`."""

    @property
    def integrity(self) -> Literal["intact", "broken", "not_checked"]:
        """Whether the signed bytes and the signature value are what the signer made; not who that is."""

    @property
    def format(self) -> str:
        """Format and level found, for example `PAdES-BASELINE-B`."""

    @property
    def sub_filter(self) -> str:
        """`/SubFilter` as written."""

    @property
    def algorithm(self) -> str | None:
        """Digest and signature algorithm."""

    @property
    def signer(self) -> CertificateSummary | None:
        """The certificate of the signer."""

    @property
    def chain(self) -> tuple[CertificateSummary, ...]:
        """Path from the signer to the anchor, the signer first."""

    @property
    def trust_domain(self) -> str | None:
        """Domain of the anchor that accepted the path."""

    @property
    def claimed_time(self) -> datetime | None:
        """The time that the signer claims, in UTC; nobody vouches for it."""

    @property
    def name(self) -> str | None:
        """`/Name`"""

    @property
    def reason(self) -> str | None:
        """`/Reason`"""

    @property
    def location(self) -> str | None:
        """`/Location`"""

    @property
    def contact(self) -> str | None:
        """`/ContactInfo`"""

    @property
    def coverage(self) -> CoverageSummary:
        """Which bytes it covers."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, in the order of the checks."""

    def explain(self, language: Literal["vi", "en"] = "vi") -> str:
        """One sentence that a clerk understands, then the particulars, in Vietnamese (`vi`) or English (`en`)."""

    def __bool__(self) -> Never:
        """Raises TypeError: a judgement has three answers. Compare `indication`."""

@final
class CertificateSummary:
    """What a report tells of a certificate."""

    @property
    def common_name(self) -> str:
        """Common name of the subject, or the whole name if it has none."""

    @property
    def subject(self) -> str:
        """Subject, RFC 4514."""

    @property
    def issuer(self) -> str:
        """Issuer, RFC 4514."""

    @property
    def serial(self) -> str:
        """Serial number, hexadecimal."""

    @property
    def not_before(self) -> datetime:
        """Start of validity, in UTC."""

    @property
    def not_after(self) -> datetime:
        """End of validity, in UTC."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""

    @property
    def key(self) -> str | None:
        """Key, for example `RSA 2048`."""

@final
class CoverageSummary:
    """Which bytes a signature covers."""

    @property
    def revision(self) -> int | None:
        """The revision that it covers, from 1; None if its bytes do not end with a revision."""

    @property
    def of(self) -> int:
        """Number of revisions of the document."""

    @property
    def signed_bytes(self) -> int:
        """Bytes from the start of the file to the end of what is signed."""

    @property
    def bytes_after(self) -> int:
        """Bytes of the document after that."""

@final
class Finding:
    """One thing that the validation found."""

    @property
    def id(self) -> str:
        """Stable id."""

    @property
    def level(self) -> Literal["info", "warning", "error"]:
        """Its weight."""

    @property
    def facts(self) -> dict[str, str]:
        """Facts of this case, by name."""

    def explain(self, language: Literal["vi", "en"] = "vi") -> str:
        """The text for a person, in Vietnamese (`vi`) or English (`en`)."""
