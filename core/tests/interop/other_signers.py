"""Signatures that other tools make: pyHanko and endesive, with the same keys."""

from __future__ import annotations

import datetime
import io
import sys
from pathlib import Path
from types import ModuleType

from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

import program

# endesive imports `certvalidator` for verifying, which is not asked of it here, and that fails to load with an OpenSSL
# whose patch level has two digits (wbond/oscrypto issue 78). An empty module in its place is enough for signing.
_unused = ModuleType("certvalidator")
_unused.CertificateValidator = object
sys.modules.setdefault("certvalidator", _unused)
from endesive.pdf import cms  # noqa: E402

PADES = SigSeedSubFilter.PADES
ADOBE = SigSeedSubFilter.ADOBE_PKCS7_DETACHED


def pyhanko(
    pdf: bytes,
    pki: program.Pki,
    key: program.Key,
    *,
    sub_filter: SigSeedSubFilter = PADES,
    certify: MDPPerm | None = None,
    field: str = "PyHanko",
    strict: bool = True,
) -> bytes:
    """Signed by pyHanko, as the agency; `certify` makes it a certification with these permissions."""
    signer = SimpleSigner.load_pkcs12(
        pki.of(key.algorithm) / "agency.p12",
        passphrase=pki.password(key.algorithm).encode(),
        prefer_pss=key.padding == "pss",
    )
    assert signer is not None, "pyHanko does not open our PKCS#12 file"
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha384" if key.algorithm == "p384" else "sha256",
        subfilter=sub_filter,
        name="Ủy ban nhân dân xã Thử Nghiệm",
        reason="Kiểm tra liên thông",
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=strict)
    return sign_pdf(writer, metadata, signer).getvalue()


def endesive(pdf: bytes, pki: program.Pki, key: program.Key) -> bytes:
    """Signed by endesive, as the agency: adbe.pkcs7.detached with a signing-time attribute. RSA only: endesive names
    RSA as the algorithm whatever the key, and a signature by an EC key is then refused by everybody."""
    container = (pki.of(key.algorithm) / "agency.p12").read_bytes()
    private, certificate, others = pkcs12.load_key_and_certificates(container, pki.password(key.algorithm).encode())
    now = datetime.datetime.now(datetime.UTC)
    details = {
        "sigflags": 3,
        "sigfield": "Endesive",
        "contact": "van-thu@thu-nghiem.example",
        "location": "Thu Nghiem",
        "signingdate": now.strftime("D:%Y%m%d%H%M%S+00'00'"),
        "reason": "Kiem tra",
        "sigpage": 0,
        "pss": key.padding == "pss",
    }
    return pdf + cms.sign(pdf, details, private, certificate, others, "sha256")


def write(path: Path, data: bytes) -> Path:
    """The path, written."""
    path.write_bytes(data)
    return path
