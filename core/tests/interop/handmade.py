"""PDFs written by hand, so that every byte of their structure can be chosen: well-formed ones and odd ones.

A file is a set of numbered object bodies. `table` and `stream` write it whole, with a cross-reference table or
stream; `append_table` and `append_stream` add an incremental update to what is there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Objects = Mapping[int, bytes]

CATALOG, PAGES, PAGE, CONTENT, FONT = 1, 2, 3, 4, 5
TEXT = b"BT /F1 18 Tf 72 720 Td (So 01/QD-UBND) Tj ET"


def ref(number: int) -> bytes:
    """A reference to an object of generation 0."""
    return b"%d 0 R" % number


def content_stream(data: bytes = TEXT, length: int | None = None) -> bytes:
    """A stream object; `length` is what `/Length` says, right or wrong."""
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data) if length is None else length, data)


def page(extra: bytes = b"", parent: int = PAGES) -> bytes:
    """The first page, with more keys in `extra`."""
    return (
        b"<< /Type /Page /Parent %s /MediaBox [0 0 595 842] /Contents %s "
        b"/Resources << /Font << /F1 %s >> >> %s >>" % (ref(parent), ref(CONTENT), ref(FONT), extra)
    )


def one_page(catalog: bytes = b"", page_extra: bytes = b"", more: Objects | None = None) -> dict[int, bytes]:
    """A document of one page; numbers from 6 on are free for `more`."""
    objects = {
        CATALOG: b"<< /Type /Catalog /Pages %s %s >>" % (ref(PAGES), catalog),
        PAGES: b"<< /Type /Pages /Count 1 /Kids [%s] >>" % ref(PAGE),
        PAGE: page(page_extra),
        CONTENT: content_stream(),
        FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return objects | dict(more or {})


@dataclass
class Knobs:
    """How a file departs from what the standard asks; the defaults do not."""

    version: bytes = b"1.7"
    junk: bytes = b""
    """Bytes before the header."""
    count_junk: bool = True
    """Whether offsets count the junk."""
    offset_error: Callable[[int], int] = lambda number: 0
    """Added to the offset that is stated for an object."""
    startxref_error: int = 0
    omit_endobj: frozenset[int] = frozenset()
    entry: bytes = b"%010d %05d %c\r\n"
    """One line of a table: offset, generation, type."""
    first_number: int = 0
    """The number that the table's only subsection claims to start with."""
    eof: bytes = b"%%EOF\n"
    trailer: bytes = b""
    """More keys of the trailer."""
    compress_rows: bool = True
    """Whether the rows of a cross-reference stream are deflated."""
    stream_length_error: int = 0
    """Added to `/Length` of object streams."""
    index_error: int = 0
    """Added to the index that a cross-reference stream gives for a member of an object stream."""
    prev_error: int = 0
    size: int | None = None
    """`/Size`, right or wrong."""
    generations: Mapping[int, int] = field(default_factory=dict)
    """Generations other than 0."""


@dataclass
class _Writer:
    knobs: Knobs
    out: bytearray = field(default_factory=bytearray)
    offsets: dict[int, int] = field(default_factory=dict)

    def header(self) -> None:
        self.out += self.knobs.junk + b"%PDF-" + self.knobs.version + b"\n%\xe2\xe3\xcf\xd3\n"

    def here(self) -> int:
        """The next byte's offset, as the file counts."""
        return len(self.out) - (0 if self.knobs.count_junk else len(self.knobs.junk))

    def object(self, number: int, body: bytes) -> None:
        self.offsets[number] = self.here() + self.knobs.offset_error(number)
        end = b"\n" if number in self.knobs.omit_endobj else b"\nendobj\n"
        self.out += b"%d %d obj\n%s%s" % (number, self.knobs.generations.get(number, 0), body, end)

    def close(self, at: int) -> bytes:
        self.out += b"startxref\n%d\n%s" % (at + self.knobs.startxref_error, self.knobs.eof)
        return bytes(self.out)

    def trailer(self, size: int, prev: int | None, more: bytes = b"") -> bytes:
        keys = b"/Size %d /Root %s %s" % (self.knobs.size or size, ref(CATALOG), self.knobs.trailer)
        return keys + (b" /Prev %d" % (prev + self.knobs.prev_error) if prev is not None else b"") + more

    def table(self, numbers: Iterable[int], size: int, prev: int | None, more: bytes = b"") -> int:
        at = self.here()
        self.out += b"xref\n"
        for run in _runs(numbers):
            self.out += b"%d %d\n" % (run[0] + self.knobs.first_number, len(run))
            for number in run:
                offset = self.offsets.get(number)
                generation = self.knobs.generations.get(number, 0)
                row = (0, 65535, b"f") if offset is None else (offset, generation, b"n")
                self.out += self.knobs.entry % row
        self.out += b"trailer\n<< %s >>\n" % self.trailer(size, prev, more)
        return at

    def stream(
        self,
        number: int,
        entries: Mapping[int, tuple[int, int, int]],
        widths: tuple[int, int, int],
        size: int,
        prev: int | None,
    ) -> int:
        """A cross-reference stream; `entries` gives type, offset or stream, generation or index."""
        at = self.here()
        rows = dict(entries) | {number: (1, at, 0)}
        data = b"".join(
            b"".join(value.to_bytes(width, "big") for value, width in zip(rows[n], widths, strict=True) if width)
            for n in sorted(rows)
        )
        if widths[0] == 0 and any(row[0] != 1 for row in rows.values()):
            raise ValueError("without a type field every entry is of type 1")
        index = b" ".join(b"%d %d" % (run[0], len(run)) for run in _runs(rows))
        packed = zlib.compress(data) if self.knobs.compress_rows else data
        packing = b"/Filter /FlateDecode " if self.knobs.compress_rows else b""
        keys = self.trailer(size, prev)
        self.out += (
            b"%d 0 obj\n<< /Type /XRef /W [%d %d %d] /Index [%s] /Length %d %s%s >>\nstream\n%s\nendstream\nendobj\n"
            % (number, *widths, index, len(packed), packing, keys, packed)
        )
        return at

    def object_stream(self, number: int, members: Objects) -> None:
        places, bodies = [], b""
        for member, body in members.items():
            places.append(b"%d %d" % (member, len(bodies)))
            bodies += body + b"\n"
        head = b" ".join(places) + b"\n"
        packed = zlib.compress(head + bodies)
        length = len(packed) + self.knobs.stream_length_error
        keys = b"/Type /ObjStm /N %d /First %d /Length %d /Filter /FlateDecode" % (len(members), len(head), length)
        self.object(number, b"<< %s >>\nstream\n%s\nendstream" % (keys, packed))


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def table(objects: Objects, knobs: Knobs | None = None) -> bytes:
    """A file with a cross-reference table."""
    writer = _Writer(knobs or Knobs())
    writer.header()
    for number, body in objects.items():
        writer.object(number, body)
    size = max(objects) + 1
    return writer.close(writer.table(range(size), size, None))


def stream(
    objects: Objects,
    compressed: Iterable[int] = (),
    widths: tuple[int, int, int] = (1, 4, 2),
    knobs: Knobs | None = None,
) -> bytes:
    """A file with a cross-reference stream; the objects named in `compressed` live in an object stream."""
    writer = _Writer(knobs or Knobs())
    writer.header()
    members = {number: objects[number] for number in compressed}
    for number, body in objects.items():
        if number not in members:
            writer.object(number, body)
    holder, xref = max(objects) + 1, max(objects) + 2
    entries = {number: (1, offset, 0) for number, offset in writer.offsets.items()}
    if members:
        writer.object_stream(holder, members)
        entries[holder] = (1, writer.offsets[holder], 0)
        entries |= {number: (2, holder, index + writer.knobs.index_error) for index, number in enumerate(members)}
    if widths[0]:
        entries[0] = (0, 0, min(65535, 256 ** widths[2] - 1))
    return writer.close(writer.stream(xref, entries, widths, xref + 1, None))


def hybrid(objects: Objects, hidden: Iterable[int], knobs: Knobs | None = None) -> bytes:
    """A file with a table for old readers and an `/XRefStm` for the objects that only new ones see (7.5.8.4)."""
    writer = _Writer(knobs or Knobs())
    writer.header()
    members = {number: objects[number] for number in hidden}
    for number, body in objects.items():
        if number not in members:
            writer.object(number, body)
    holder, xref = max(objects) + 1, max(objects) + 2
    writer.object_stream(holder, members)
    entries = {number: (2, holder, index) for index, number in enumerate(members)}
    entries[holder] = (1, writer.offsets.pop(holder), 0)
    at = writer.stream(xref, entries, (1, 4, 2), xref + 1, None)
    # For the table the hidden objects, their stream and the cross-reference stream are free.
    return writer.close(writer.table(range(xref + 1), xref + 1, None, b" /XRefStm %d" % at))


def _last_section(pdf: bytes) -> int:
    return int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])


def _size(pdf: bytes) -> int:
    return max(map(int, re.findall(rb"/Size (\d+)", pdf)))


def append_table(pdf: bytes, objects: Objects, knobs: Knobs | None = None) -> bytes:
    """An incremental update with a table."""
    writer = _Writer(knobs or Knobs(), bytearray(pdf))
    for number, body in objects.items():
        writer.object(number, body)
    size = max(_size(pdf), max(objects) + 1)
    return writer.close(writer.table(objects, size, _last_section(pdf)))


def append_stream(pdf: bytes, objects: Objects, knobs: Knobs | None = None) -> bytes:
    """An incremental update with a cross-reference stream."""
    writer = _Writer(knobs or Knobs(), bytearray(pdf))
    for number, body in objects.items():
        writer.object(number, body)
    xref = max(_size(pdf), max(objects) + 1)
    entries = {number: (1, offset, 0) for number, offset in writer.offsets.items()}
    return writer.close(writer.stream(xref, entries, (1, 4, 2), xref + 1, _last_section(pdf)))
