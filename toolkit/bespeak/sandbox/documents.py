"""Files that are made by hand: the statement of an invoice as a PDF of one page."""

from __future__ import annotations

from collections.abc import Sequence


def statement(title: str, lines: Sequence[str]) -> bytes:
    """A PDF 1.4 file with one A4 page of text; characters outside of Latin 1 are shown as question marks."""
    shown = "\n".join(
        ["BT", "/F1 16 Tf", "56 780 Td", f"({_text(title)}) Tj", "/F1 10 Tf"]
        + [f"0 -18 Td ({_text(line)}) Tj" for line in lines]
        + ["ET"]
    ).encode("latin-1", "replace")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page + b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
    ]
    return _file(parts)


def _text(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(parts: Sequence[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
    end += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(body))
    return body + end
