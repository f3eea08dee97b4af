"""Signed files that somebody changed who knows PDF: signed bytes stay, what a reader sees does not."""

from __future__ import annotations

import re


class Signed:
    """A file with one signature in its last update, and the places of its parts."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.gap = data.rindex(b"/Contents <") + len(b"/Contents ")
        self.after_gap = data.index(b">", self.gap) + 1
        header = re.findall(rb"\n(\d+) 0 obj\n", data[: self.gap])[-1]
        self.number = int(header)
        start = data.rindex(b"\n%d 0 obj\n" % self.number, 0, self.gap) + len(b"\n%d 0 obj\n" % self.number)
        self.dictionary = data[start : data.index(b"\nendobj", self.after_gap)]
        self.xref = int(re.findall(rb"startxref\n(\d+)", data)[-1])
        self.root = re.findall(rb"/Root (\d+) 0 R", data)[-1]
        table, self.offsets = data[self.xref : data.index(b"trailer", self.xref)], {}
        for first, _, rows in re.findall(rb"(\d+) (\d+)\n((?:\d{10} \d{5} n\r\n)+)", table):
            places = (int(row[:10]) for row in rows.splitlines())
            self.offsets |= {number: place for number, place in enumerate(places, int(first))}
        self.size = int(re.findall(rb"/Size (\d+)", data)[-1])


def literal(signed: bytes) -> bytes:
    """P-03: `/Contents` as a literal string of the same bytes' digits."""
    file = Signed(signed)
    digits = signed[file.gap + 1 : file.after_gap - 1]
    return signed[: file.gap] + b"(" + digits + b")" + signed[file.after_gap :]


def copied(signed: bytes) -> bytes:
    """P-09: the signature object, byte for byte, written again by a later update."""
    file = Signed(signed)
    at = len(signed)
    update = b"%d 0 obj\n%s\nendobj\n" % (file.number, file.dictionary)
    return signed + update + _table(file, at + len(update), {file.number: at}, file.xref)


def wrapped(signed: bytes) -> bytes:
    """P-02, P-04: both signed ranges are kept, the second one further down; what the file says stands between them.

    The old `startxref` is signed and cannot be changed, so the forged cross-reference is put where it leads.
    """
    file = Signed(signed)
    first, second = signed[: file.gap], signed[file.after_gap :]
    contents = signed[file.gap : file.after_gap]
    previous = int(re.findall(rb"/Prev (\d+)", second)[-1])
    end_of_gap = 2 * len(signed)
    new_range = b"/ByteRange [0 %d %d %d]" % (file.gap, end_of_gap, len(second))
    before, _, after = file.dictionary.partition(contents)
    forged = re.sub(rb"/ByteRange \[[\d ]+\]", new_range, before) + contents + after
    between = (b"<00> >>\nendobj\n").ljust(file.xref - file.gap)
    # Every offset has ten digits, so that the length of the table is known before its content.
    at = file.xref + len(_table(file, file.xref, file.offsets, previous))
    offsets = file.offsets | {file.number: at}
    between += _table(file, file.xref, offsets, previous)
    between += b"%d 0 obj\n%s\nendobj\n" % (file.number, forged)
    return first + between.ljust(end_of_gap - file.gap) + second


def _table(file: Signed, at: int, offsets: dict[int, int], previous: int) -> bytes:
    rows = b"".join(b"%d 1\n%010d 00000 n\r\n" % row for row in sorted(offsets.items()))
    trailer = b"<< /Size %d /Root %s 0 R /Prev %d >>" % (file.size, file.root, previous)
    return b"xref\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (rows, trailer, at)
