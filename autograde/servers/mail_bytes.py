"""Messages written by hand, byte by byte: what `email.message` would refuse to write, or would put right.

    text = part("text/plain; charset=us-ascii", b"Hello\\r\\n")
    message({"From": "ann@example.org", "Subject": "hi"}, multipart("mixed", text, attachment("a.bin", b"\\0\\1")))

A part is its headers, an empty line and its body; a message is the same with more headers.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import urllib.parse
from collections.abc import Mapping
from typing import Any

BINARY, ASCII = "application/octet-stream", "text/plain; charset=us-ascii"


def part(content_type: str, body: bytes, *headers: str) -> bytes:
    """A part; without a `content_type` it has no such header. `body` is already encoded."""
    lines = [f"Content-Type: {content_type}"] if content_type else []
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def of_lines(*lines: str) -> bytes:
    """A part of plain ASCII text."""
    return part(ASCII, "".join(f"{line}\r\n" for line in lines).encode())


def in_base64(content_type: str, content: bytes, *headers: str) -> bytes:
    """A part in base64, in lines of 76 (RFC 2045, section 6.8)."""
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return part(content_type, body, *headers, "Content-Transfer-Encoding: base64")


def in_quoted_printable(content_type: str, content: bytes) -> bytes:
    """A part in quoted-printable, with soft breaks in long lines (RFC 2045, section 6.7)."""
    body = quopri.encodestring(content.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return part(content_type, body, "Content-Transfer-Encoding: quoted-printable")


def multipart(kind: str, *parts: bytes, boundary: str = "", closed: bool = True) -> bytes:
    """Parts in a part. Not `closed`, the boundary after the last one is missing."""
    boundary = boundary or "=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:20]
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\r\n" + each + b"\r\n" for each in parts) + (line + b"--\r\n" if closed else b"")
    return part(f'multipart/{kind}; boundary="{boundary}"', body)


def message(headers: Mapping[str, str], content: bytes) -> bytes:
    """A whole message: its own headers, then those of `content`, which is a part."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + content


def attachment(parameter: str, content: bytes, content_type: str = BINARY) -> bytes:
    """An attachment whose name is given as a parameter of the disposition: see `quoted`, `percent_encoded`."""
    return in_base64(content_type, content, f"Content-Disposition: attachment; {parameter}")


def quoted(name: str) -> str:
    """A file name in quotation marks (RFC 2045, section 5.1)."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'filename="{escaped}"'


def percent_encoded(name: str) -> str:
    """A file name in which each byte can be anything (RFC 2231, section 4)."""
    return f"filename*=utf-8''{urllib.parse.quote(name, safe='')}"


def in_pieces(name: str) -> str:
    """A file name in two pieces, the first percent-encoded (RFC 2231, section 4.1). The second must be ASCII."""
    first, second = name[: len(name) // 2], name[len(name) // 2 :]
    return f"filename*0*=utf-8''{urllib.parse.quote(first, safe='')};\r\n filename*1=\"{second}\""


def b_word(text: str, charset: str = "utf-8") -> str:
    """An encoded word in base64 (RFC 2047)."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def q_word(text: str, charset: str = "utf-8") -> str:
    """An encoded word in the Q encoding (RFC 2047), with every byte as a hexadecimal number."""
    return f"=?{charset}?q?" + "".join(f"={byte:02X}" for byte in text.encode(charset)) + "?="


def described(name: str | None, content: bytes, content_type: str = BINARY) -> dict[str, Any]:
    """What a reader should report of an attachment; the name is None where any safe name will do."""
    digest = hashlib.sha256(content).hexdigest()
    return {"name": name, "type": content_type, "size": len(content), "sha256": digest}


__all__ = [
    "ASCII", "BINARY", "attachment", "b_word", "described", "in_base64", "in_pieces", "in_quoted_printable", "message",
    "multipart", "of_lines", "part", "percent_encoded", "q_word", "quoted",
]  # fmt: skip
