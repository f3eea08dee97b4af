"""The well-formed documents of the matrix: found ones, and those that are made here. None is committed."""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import fetch
import handmade


@dataclass(frozen=True)
class Document:
    """A named PDF; `make` writes it to the path that it is given."""

    name: str
    about: str
    make: Callable[[Path], None]
    large: bool = False
    lenient: str = ""
    """Why pyHanko must not be strict with it, as it is by default."""


def _found(found: fetch.Found) -> Document:
    def make(path: Path) -> None:
        path.write_bytes(fetch.fetch(found).read_bytes())

    return Document(found.name, found.about, make, lenient=found.lenient)


def scan(path: Path) -> None:
    """Two pages that are nothing but a JPEG each, as a scanner leaves them."""
    canvas = Canvas(str(path), pagesize=A4)
    for number in (1, 2):
        image = Image.effect_noise((1240, 1754), 24).convert("L")
        ImageDraw.Draw(image).text((120, 160), f"UBND XA THU NGHIEM  -  TO {number}", fill=0)
        jpeg = io.BytesIO()
        image.save(jpeg, "JPEG", quality=70)
        canvas.drawImage(ImageReader(jpeg), 0, 0, *A4)
        canvas.showPage()
    canvas.save()


def written(path: Path, pages: int = 3) -> None:
    """Pages of text, the raw material of what qpdf rewrites."""
    canvas = Canvas(str(path), pagesize=A4)
    for number in range(1, pages + 1):
        for line in range(40):
            canvas.drawString(72, 770 - 18 * line, f"Trang {number}, dong {line + 1}: noi dung thu nghiem")
        canvas.showPage()
    canvas.save()


def _qpdf(*options: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        plain = path.with_suffix(".plain")
        written(plain)
        subprocess.run(["qpdf", *options, str(plain), str(path)], check=True)
        plain.unlink()

    return make


def hybrid(path: Path) -> None:
    """The font and the page live in an object stream that only readers of `/XRefStm` see."""
    objects = handmade.one_page(catalog=b"/Lang (vi)")
    path.write_bytes(handmade.hybrid(objects, [handmade.PAGE, handmade.FONT]))


def big_streams(path: Path, megabytes: int = 200) -> None:
    """A page with four images without compression, written piece by piece."""
    width, height = 4096, megabytes * (1 << 20) // 4 // 4096
    offsets = {}
    noise = random.Random(30).randbytes(1 << 20)
    names = b" ".join(b"/I%d %d 0 R" % (number, number) for number in range(6, 10))
    objects = handmade.one_page() | {
        handmade.PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> /XObject << %s >> >> >>" % names,
    }
    with path.open("wb") as out:
        out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        for number, body in objects.items():
            offsets[number] = out.tell()
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        for number in range(6, 10):
            offsets[number] = out.tell()
            out.write(
                b"%d 0 obj\n<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
                b"/BitsPerComponent 8 /Length %d >>\nstream\n" % (number, width, height, width * height)
            )
            for _ in range(width * height // len(noise)):
                out.write(noise)
            out.write(b"\nendstream\nendobj\n")
        at = out.tell()
        out.write(b"xref\n0 10\n0000000000 65535 f\r\n")
        out.write(b"".join(b"%010d 00000 n\r\n" % offsets[number] for number in range(1, 10)))
        out.write(b"trailer\n<< /Size 10 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % at)


def many_objects(path: Path, count: int = 1_800_000) -> None:
    """A page and 1.8 million objects of about a hundred bytes: 208 MB, of which the table is 36."""
    head = handmade.one_page()
    first = len(head) + 1
    filler = "x" * 53
    rows = bytearray(b"0000000000 65535 f\r\n")
    with path.open("wb") as out:
        place = out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        for number, body in head.items():
            rows += b"%010d 00000 n\r\n" % place
            place += out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        for start in range(first, first + count, 50_000):
            stop = min(start + 50_000, first + count)
            bodies = [f"{n} 0 obj\n<< /K {n} /V ({filler}) >>\nendobj\n" for n in range(start, stop)]
            places = []
            for text in bodies:
                places.append(f"{place:010} 00000 n\r\n")
                place += len(text)
            out.write("".join(bodies).encode())
            rows += "".join(places).encode()
        size = first + count
        out.write(b"xref\n0 %d\n" % size)
        out.write(rows)
        out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, place))


SMALL = [
    *map(_found, fetch.FOUND),
    Document("scan", "two pages, each one JPEG", scan),
    Document("object-streams", "qpdf --object-streams=generate", _qpdf("--object-streams=generate")),
    Document("linearised", "qpdf --linearize", _qpdf("--linearize")),
    Document(
        "linearised-xref-stream",
        "qpdf --linearize --object-streams=generate",
        _qpdf("--linearize", "--object-streams=generate"),
    ),
    Document(
        "hybrid",
        "written by hand: the page itself is only in the /XRefStm",
        hybrid,
        lenient="hybrid: pyHanko validates no such file when strict",
    ),
]

LARGE = [
    Document("200-megabytes", "four images of 50 MB", big_streams, large=True),
    Document("1.8-million-objects", "208 MB of small objects", many_objects, large=True),
]
