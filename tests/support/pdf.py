"""Writes small PDFs, sound ones and broken ones."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence


def pdf(
    *streams: bytes,
    pages: int = 0,
    extra: Sequence[bytes] = (),
    filters: bytes = b"/FlateDecode",
    links: Sequence[tuple[tuple[int, int, int, int], bytes]] = (),
) -> bytes:
    """Return a PDF with a page for each content stream, in Helvetica (/F) and Helvetica-Bold (/B).

    streams: their content, compressed. pages: repeat the first one so often. extra: further objects. links: on each
    page, boxes in points from its lower left corner, and their addresses.
    """
    shown = list(streams) if not pages else [streams[0]] * pages
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(shown)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 595 842] >>" % (kids, len(shown)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    annotations = b"".join(
        b"<< /Type /Annot /Subtype /Link /Rect [%d %d %d %d] /A << /S /URI /URI (%s) >> >>" % (*box, address)
        for box, address in links
    )
    for number, stream in enumerate(shown):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F 3 0 R /B 4 0 R >> >> /Annots [%s] "
            b"/Contents %d 0 R >>" % (annotations, first + 2 * number + 1)
        )
        packed = zlib.compress(stream) if filters else stream
        objects.append(b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(packed), filters, packed))
    objects.extend(extra)
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def lines(*shown: tuple[float, float, str], size: float = 10, font: str = "F") -> bytes:
    """Return a content stream. shown: left, distance from the top, words."""
    parts = [f"BT /{font} {size} Tf 1 0 0 1 {left} {842 - down} Tm ({words}) Tj ET" for left, down, words in shown]
    return "\n".join(parts).encode("cp1252")


def flip(data: bytes, chance: random.Random) -> bytes:
    """Return a file with some bytes changed, cut out, or doubled."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        at = chance.randrange(len(changed) or 1)
        match chance.randrange(3):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at : at + chance.randint(1, 200)]
            case _:
                changed[at:at] = changed[at : at + chance.randint(1, 200)]
    return b"%PDF-1.7" + bytes(changed[8:])
