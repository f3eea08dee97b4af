"""Files as the world writes them: legal and unusual, broken and readable, and such as must be refused."""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

import handmade
from handmade import CATALOG, CONTENT, FONT, PAGE, PAGES, Knobs, one_page, ref


@dataclass(frozen=True)
class Odd:
    """A file, who reads it before it is signed, and what we have to say of it."""

    name: str
    about: str
    make: Callable[[], bytes]
    readers: str = "QsH"
    """Who reads the original: qpdf cleanly (Q) or with warnings (q), poppler silently (s), pyHanko when strict (H) or
    when not (h)."""
    signing: frozenset[str] = frozenset()
    """Ids of the warnings when signing."""
    verifying: frozenset[str] = frozenset()
    """Ids of the warnings when verifying the result: of what the update did not replace and is still read."""
    field: str | None = None
    """The field to sign."""
    repaired: str = "QsH"
    """Who reads and accepts it after a repair."""
    refusal: str | None = None
    """Id of the error with which it is refused, `--repair` or not."""


def ids(*names: str) -> frozenset[str]:
    """Ids of oddities, without their common beginning."""
    return frozenset(f"pdf.odd-{name}" for name in names)


JUNK = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"


def _off_by_a_few(number: int) -> int:
    return (0, 3, -2, 7, -5, 1)[number % 6]


def _updated_ten_times(append: Callable[..., bytes], pdf: bytes) -> bytes:
    for number in range(10):
        pdf = append(pdf, {CONTENT: handmade.content_stream(b"BT /F1 18 Tf 72 720 Td (%d) Tj ET" % number)})
    return pdf


def _deep_tree(depth: int) -> bytes:
    """One page below `depth` nodes of one kid each."""
    nodes = {10 + level: b"<< /Type /Pages /Count 1 /Parent %s /Kids [%s] >>" for level in range(depth)}
    objects = one_page()
    for level, number in enumerate(nodes):
        parent = ref(PAGES if level == 0 else number - 1)
        kid = ref(PAGE if level == depth - 1 else number + 1)
        objects[number] = b"<< /Type /Pages /Count 1 /Parent %s /Kids [%s] >>" % (parent, kid)
    objects[PAGES] = b"<< /Type /Pages /Count 1 /Kids [%s] >>" % ref(10)
    objects[PAGE] = handmade.page(parent=10 + depth - 1)
    filled = {number: objects.get(number, b"null") for number in range(1, max(objects) + 1)}
    return handmade.table(filled)


NOTE = b"<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents (note) >>"
TEXT_FIELD = (
    b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (ten) /V (A) /Rect [72 600 200 620] /P 3 0 R /DA (/Helv 12 Tf 0 g) >>"
)
DEFAULTS = b"/DA (/Helv 12 Tf 0 g) /DR << /Font << /Helv 5 0 R >> >>"


def _form(form: bytes, more: dict[int, bytes], annotations: bytes = b"/Annots [6 0 R]") -> dict[int, bytes]:
    return one_page(b"/AcroForm " + form, annotations, more)


def _field_tree() -> dict[int, bytes]:
    """`don` with the kids `don.ten`, a text, and `don.chuky`, an empty signature that inherits its type."""
    widget = b"/Type /Annot /Subtype /Widget /P 3 0 R /F 4"
    return _form(
        b"<< /Fields [6 0 R] %s >>" % DEFAULTS,
        {
            6: b"<< /T (don) /Kids [7 0 R 8 0 R] >>",
            7: b"<< %s /Parent 6 0 R /FT /Tx /T (ten) /V (A) /Rect [72 600 200 620] >>" % widget,
            8: b"<< /Parent 6 0 R /FT /Sig /T (giamdoc) /Kids [9 0 R] >>",
            9: b"<< %s /Parent 8 0 R /T (chuky) /Rect [72 500 200 560] >>" % widget,
        },
        b"/Annots [7 0 R 9 0 R]",
    )


def _with_empty_field() -> bytes:
    """An empty signature field made by pyHanko."""
    writer = IncrementalPdfFileWriter(io.BytesIO(handmade.table(one_page())))
    append_signature_field(writer, SigFieldSpec("ChuKyGiamDoc", on_page=0, box=(72, 500, 272, 560)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _qpdf(pdf: bytes, *options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.pdf"), Path(folder, "out.pdf")
        source.write_bytes(pdf)
        subprocess.run(["qpdf", *options, str(source), str(target)], check=True)
        return target.read_bytes()


def _encrypt(bits: str, *options: str) -> bytes:
    weak = [] if bits == "256" else ["--allow-weak-crypto"]
    return _qpdf(handmade.table(one_page()), *weak, "--encrypt", "", "owner", bits, *options, "--")


def _table(knobs: Knobs, objects: dict[int, bytes] | None = None) -> Callable[[], bytes]:
    return lambda: handmade.table(objects or one_page(), knobs)


def _stream(widths: tuple[int, int, int], compressed: list[int], knobs: Knobs | None = None) -> Callable[[], bytes]:
    return lambda: handmade.stream(one_page(), compressed, widths, knobs)


MEMBERS = [CATALOG, PAGES, PAGE, FONT]
_NO_KIDS = b"<< /Type /Pages /Count 0 /Kids [] >>"

UNUSUAL = [
    Odd("w-0-3-0", "rows without type and generation", _stream((0, 3, 0), [])),
    Odd("w-1-8-4", "offsets of eight bytes", _stream((1, 8, 4), MEMBERS)),
    Odd("w-2-4-2", "types of two bytes", _stream((2, 4, 2), MEMBERS)),
    Odd("w-1-3-1", "small rows, not deflated", _stream((1, 3, 1), MEMBERS, Knobs(compress_rows=False))),
    Odd("w-1-4-0", "no third field", _stream((1, 4, 0), [])),
    Odd(
        "ten-updates-table",
        "ten incremental updates with tables",
        lambda: _updated_ten_times(handmade.append_table, handmade.table(one_page())),
    ),
    Odd(
        "ten-updates-stream",
        "ten incremental updates with cross-reference streams",
        lambda: _updated_ten_times(handmade.append_stream, handmade.stream(one_page(), MEMBERS)),
    ),
    Odd(
        "table-then-stream",
        "a file with a table, updated with a stream",
        lambda: handmade.append_stream(handmade.table(one_page()), {CONTENT: handmade.content_stream()}),
    ),
    Odd("deep-page-tree", "the page is under 60 nodes", lambda: _deep_tree(60)),
    Odd(
        "annots-direct",
        "the page has a direct array with a note",
        _table(Knobs(), one_page(page_extra=b"/Annots [6 0 R]", more={6: NOTE})),
    ),
    Odd(
        "annots-indirect",
        "the array is an object of its own",
        _table(Knobs(), one_page(page_extra=b"/Annots 7 0 R", more={6: NOTE, 7: b"[6 0 R]"})),
    ),
    Odd(
        "annots-in-object-stream",
        "the array is in an object stream",
        lambda: handmade.stream(one_page(page_extra=b"/Annots 7 0 R", more={6: NOTE, 7: b"[6 0 R]"}), [*MEMBERS, 6, 7]),
    ),
    Odd("annots-empty", "an empty array", _table(Knobs(), one_page(page_extra=b"/Annots []"))),
    Odd(
        "form-direct",
        "the form is in the catalog",
        _table(Knobs(), _form(b"<< /Fields [6 0 R] %s >>" % DEFAULTS, {6: TEXT_FIELD})),
    ),
    Odd(
        "form-indirect",
        "the form and its list of fields are objects",
        _table(Knobs(), _form(b"7 0 R", {6: TEXT_FIELD, 7: b"<< /Fields 8 0 R %s >>" % DEFAULTS, 8: b"[6 0 R]"})),
    ),
    Odd("field-tree-new", "a tree of fields, and a new one beside it", _table(Knobs(), _field_tree())),
    Odd(
        "field-tree-inside",
        "an empty field deep in the tree",
        _table(Knobs(), _field_tree()),
        field="don.giamdoc.chuky",
    ),
    Odd("empty-field", "an empty field that another tool made", _with_empty_field, field="ChuKyGiamDoc"),
    Odd("vietnamese-field", "a new field with a name beyond Latin-1", _table(Knobs()), field="Chữ ký giám đốc"),
    Odd(
        "generations",
        "the page has generation 2",
        lambda: handmade.table(
            one_page() | {PAGES: b"<< /Type /Pages /Count 1 /Kids [3 2 R] >>"}, Knobs(generations={PAGE: 2})
        ),
        "Qsh",
    ),
    Odd("pdf-2.0", "PDF 2.0 with an /ID", _table(Knobs(version=b"2.0", trailer=b"/ID [<00112233> <44556677>]"))),
    Odd("carriage-returns", "lines end with CR alone", lambda: handmade.table(one_page()).replace(b"\n", b"\r"), "qsH"),
    Odd("size-too-small", "/Size is less than the number of objects", _table(Knobs(size=3)), "qsh"),
    Odd("size-too-large", "/Size is far above the last object", _table(Knobs(size=5000)), "qsH"),
    Odd(
        "empty-first-node",
        "the first node of the page tree has no page",
        _table(
            Knobs(),
            one_page(more={6: b"<< /Type /Pages /Count 0 /Parent 2 0 R /Kids [] >>"})
            | {PAGES: b"<< /Type /Pages /Count 1 /Kids [6 0 R 3 0 R] >>"},
        ),
    ),
]

TOLERATED = [
    Odd(
        "junk-counted",
        "junk before the header, offsets from the file's start",
        _table(Knobs(junk=JUNK)),
        "qs",
        ids("junk-before-header"),
        ids("junk-before-header"),
    ),
    Odd(
        "junk-not-counted",
        "junk before the header, offsets from the header",
        _table(Knobs(junk=JUNK, count_junk=False)),
        "Qs",
        ids("junk-before-header"),
        ids("junk-before-header"),
    ),
    Odd(
        "junk-not-counted-stream",
        "the same with a cross-reference stream",
        _stream((1, 4, 2), MEMBERS, Knobs(junk=JUNK, count_junk=False)),
        "Qs",
        ids("junk-before-header"),
        ids("junk-before-header"),
    ),
    Odd(
        "length-of-content",
        "wrong /Length of a stream that no signature needs and nobody here reads",
        _table(Knobs(), one_page() | {CONTENT: handmade.content_stream(length=10)}),
        "qsH",
    ),
    Odd(
        "length-too-short",
        "wrong /Length of an object stream",
        _stream((1, 4, 2), MEMBERS, Knobs(stream_length_error=-9)),
        "q",
        ids("stream-length"),
    ),
    Odd(
        "length-too-long",
        "wrong /Length of an object stream",
        _stream((1, 4, 2), MEMBERS, Knobs(stream_length_error=9)),
        "q",
        ids("stream-length"),
    ),
    Odd(
        "endobj-of-page",
        "the page lacks endobj",
        _table(Knobs(omit_endobj=frozenset({PAGE}))),
        "qsh",
        ids("endobj"),
    ),
    Odd(
        "endobj-everywhere",
        "no object has endobj",
        _table(Knobs(omit_endobj=frozenset({1, 2, 3, 4, 5}))),
        "qsh",
        ids("endobj"),
    ),
    Odd(
        "xref-off",
        "every offset of the table is off by a few bytes",
        _table(Knobs(offset_error=_off_by_a_few)),
        "q",
        ids("xref-offset"),
    ),
    Odd(
        "xref-before-space",
        "every offset leads to the line's end before the object",
        _table(Knobs(offset_error=lambda number: -1)),
        "QsH",
        ids("space-before-object"),
    ),
    Odd(
        "startxref-off",
        "startxref is off by a few bytes",
        _table(Knobs(startxref_error=-6)),
        "qsh",
        ids("startxref"),
        ids("startxref"),
    ),
    Odd(
        "prev-off",
        "/Prev is off by a few bytes",
        lambda: handmade.append_table(
            handmade.table(one_page()), {CONTENT: handmade.content_stream()}, Knobs(prev_error=4)
        ),
        "q",
        ids("prev"),
        ids("prev"),
    ),
    Odd(
        "xref-first",
        "the table says that it begins with 1",
        _table(Knobs(first_number=1)),
        "s",
        ids("xref-first"),
        ids("xref-first"),
    ),
    Odd(
        "entries-of-19-bytes",
        "the lines of the table end with LF only",
        _table(Knobs(entry=b"%010d %05d %c\n")),
        "QsH",
        ids("xref-entry-width"),
        ids("xref-entry-width"),
    ),
    Odd("no-eof-marker", "no %%EOF", _table(Knobs(eof=b"")), "Qs", ids("no-eof-marker")),
    Odd(
        "bytes-after-eof",
        "a page of HTML after %%EOF",
        _table(Knobs(eof=b"%%EOF\n<html></html>\n")),
        "QsH",
        ids("bytes-after-eof"),
    ),
    Odd("zeros-after-eof", "4 KB of zeros after %%EOF", _table(Knobs(eof=b"%%EOF\n" + bytes(4096))), "qs"),
    Odd(
        "wrong-index",
        "indexes into the object stream are off by one",
        _stream((1, 4, 2), MEMBERS, Knobs(index_error=1)),
        "Qh",
        ids("object-stream-index"),
    ),
]


def _truncated(pdf: bytes) -> bytes:
    """The cross-reference and what follows it are lost."""
    at = pdf.rindex(b"\nxref\n") + 1 if b"\nxref\n" in pdf else pdf.rindex(b"/XRef") - 20
    return pdf[:at]


TO_REBUILD = [
    Odd("rebuild-startxref", "startxref leads nowhere", _table(Knobs(startxref_error=100_000)), "qs"),
    Odd("rebuild-truncated", "the file ends before its table", lambda: _truncated(handmade.table(one_page())), ""),
    Odd("rebuild-offsets", "offsets are off by hundreds", _table(Knobs(offset_error=lambda n: 300 + n)), "q"),
    Odd(
        "rebuild-stream",
        "the catalog is in an object stream, and startxref leads nowhere",
        _stream((1, 4, 2), MEMBERS, Knobs(startxref_error=100_000)),
        "",
    ),
    Odd(
        "rebuild-after-junk",
        "startxref leads nowhere, and there is junk before the header, which pyHanko never accepts",
        _table(Knobs(junk=JUNK, startxref_error=100_000)),
        "qs",
        ids("junk-before-header"),
        ids("junk-before-header"),
        repaired="Qs",
    ),
    Odd(
        "rebuild-updated",
        "an update whose startxref leads nowhere: the later objects count",
        lambda: handmade.append_table(
            handmade.table(one_page()), {CONTENT: handmade.content_stream(b"")}, Knobs(startxref_error=9999)
        ),
        "qs",
    ),
]

REFUSED = [
    Odd("aes-256", "AES-256, opens without a password", lambda: _encrypt("256"), refusal="pdf.encrypted"),
    Odd("rc4-128", "RC4, opens without a password", lambda: _encrypt("128", "--use-aes=n"), refusal="pdf.encrypted"),
    Odd("no-page", "an empty page tree", _table(Knobs(), one_page() | {PAGES: _NO_KIDS}), "Q", refusal="pdf.no-page"),
    Odd("text", "a text file", lambda: b"Quyet dinh\n" * 100, "", refusal="pdf.not-a-pdf"),
    Odd(
        "lost-catalog",
        "truncated, and the catalog was in an object stream: there is nothing to rebuild from",
        lambda: _truncated(handmade.stream(one_page(), MEMBERS)),
        "",
        refusal="pdf.no-catalog",
    ),
]
