"""How a request says where its body ends (RFC 9112, section 6), read strictly: what is ambiguous is refused."""

from __future__ import annotations

import re
from email.message import Message
from io import BufferedIOBase

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.exceptions import NotImplemented as CannotDecode

MOST = 1 << 26
"""Bytes that a request's body may have: each is kept in the record."""

LONGEST_LINE = 4096
"""Bytes of a chunk's size line or of a trailer."""


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """The whole body of a request, however it is framed; b"" if it has none.

    Raises `BadRequest`, `RequestEntityTooLarge` or `CannotDecode` (a transfer coding other than chunked).
    """
    lengths, codings = headers.get_all("Content-Length", []), headers.get_all("Transfer-Encoding", [])
    if codings and lengths:
        raise BadRequest("both Content-Length and Transfer-Encoding")
    if codings:
        if [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise CannotDecode(f"transfer coding {', '.join(codings)}")
        return _read_chunks(stream)
    if not lengths:
        return b""
    if len(set(lengths)) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
        raise BadRequest(f"Content-Length {', '.join(lengths)}")
    return _read_exactly(stream, int(lengths[0]))


def _read_exactly(stream: BufferedIOBase, size: int, before: int = 0) -> bytes:
    if before + size > MOST:
        raise RequestEntityTooLarge(f"more than {MOST} bytes")
    data = stream.read(size)
    if len(data) < size:
        raise BadRequest(f"the body ended after {before + len(data)} bytes")
    return data


def _read_line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\r\n"):
        raise BadRequest("a line of the chunked body has no end")
    return line[:-2]


def _read_chunks(stream: BufferedIOBase) -> bytes:
    body = bytearray()
    while size := _chunk_size(_read_line(stream)):
        body += _read_exactly(stream, size, len(body))
        if _read_line(stream):
            raise BadRequest("a chunk is longer than it says")
    while _read_line(stream):  # trailers
        pass
    return bytes(body)


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].rstrip(b" \t")  # what follows is an extension, which may be ignored
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", digits):
        raise BadRequest(f"chunk size {line!r}")
    return int(digits, 16)


__all__ = ["read_body"]
