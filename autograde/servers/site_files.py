"""Files of a site: with ranges, entity tags and dates, large ones made as they are sent; and files that change or lie.

    report = file(b"...", media_type="application/pdf")
    with site({"/report": report, "/big": file(generated(200_000_000, Random(7)))}) as server:
        ...
        report.change(b"another")

A file that changes between two requests of one call is `scripted(file(old), file(new))`; one that answers a Range
request with a wrong Content-Range is `file(data, lies="another total")`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal, Protocol

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from .site_conditions import is_unchanged
from .site_pages import EndsBy, Page, ended_by
from .site_requests import SiteRequest

PIECE = 1 << 16
"""Bytes that are made and sent at once."""

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
"""When files were last changed, unless they were given a date: always the same, so that answers are."""

MADE = "made of the content"

LIES = {
    "another start": "sends a part that begins before the one asked for, and says so in Content-Range",
    "another total": "names another size of the whole in Content-Range",
    "other bytes": "says that it sends the part asked for, but sends bytes from elsewhere: only a digest can tell",
    "no header": "answers 206 without any Content-Range",
}
"""How an answer to a Range request can be wrong (RFC 9110, section 15.3.7)."""


class Content(Protocol):
    """What a file can hold: `bytes`, or anything that has a size and can be cut."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> bytes: ...


class generated:
    """`size` bytes that are never held in memory: random ones, repeated.

    They repeat at a length that no buffer has, so that bytes in a wrong place are wrong bytes.
    """

    def __init__(self, size: int, rng: Random) -> None:
        self._size = size
        self.block = rng.randbytes(65521)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        first, offset = divmod(start, len(self.block))
        times = max(0, stop - 1) // len(self.block) - first + 1
        return (self.block * times)[offset : offset + max(0, stop - start)]


def sha256_of(content: Content) -> str:
    """The digest of a content of any size, in hexadecimal."""
    digest = hashlib.sha256()
    for piece in pieces_of(content, 0, len(content)):
        digest.update(piece)
    return digest.hexdigest()


def pieces_of(content: Content, start: int, stop: int) -> Iterator[bytes]:
    """The bytes from `start` to before `stop`, a piece at a time."""
    for offset in range(start, stop, PIECE):
        yield content[offset : min(offset + PIECE, stop)]


class file(Page):
    """A file that answers GET and HEAD, whole, in parts, or not at all because the client's copy is still good.

    `etag` is a header's value such as `'"v1"'` or `'W/"v1"'`, None for no such header, or by default made of the
    content; `modified` is an aware date of whole seconds, or None. `ranges="ignored"` answers 200 to every Range,
    `"hidden"` serves ranges without saying so beforehand. `lies` is a key of `LIES`. With `ends_by` other than "length"
    no Content-Length is sent.
    """

    methods = ("GET",)

    def __init__(
        self, content: Content, *, media_type: str = "application/octet-stream", etag: str | None = MADE,
        modified: datetime | None = LONG_AGO, ranges: Literal["served", "hidden", "ignored"] = "served",
        lies: str = "", ends_by: EndsBy = "length",
    ) -> None:  # fmt: skip
        if lies and lies not in LIES:
            raise ValueError(f"no such lie: {lies!r}; there are {', '.join(LIES)}")
        self.media_type = media_type
        self.makes_etags = etag == MADE
        self.ranges = ranges
        self.lies = lies
        self.ends_by = ends_by
        self._state = content, self._etag_of(content) if self.makes_etags else etag, modified

    def change(self, content: Content, *, etag: str | None = None) -> None:
        """Let it hold something else from the next request on, modified a second later than before."""
        _, _, modified = self._state
        etag = self._etag_of(content) if self.makes_etags and etag is None else etag
        self._state = content, etag, None if modified is None else modified + timedelta(seconds=1)

    def _etag_of(self, content: Content) -> str:
        start = content.block if isinstance(content, generated) else bytes(content[:])
        return f'"{hashlib.sha256(b"%d " % len(content) + start).hexdigest()[:16]}"'

    def answer(self, request: SiteRequest) -> Response:
        content, etag, modified = self._state
        headers = {
            "ETag": etag,
            "Last-Modified": http_date(modified) if modified else None,
            "Accept-Ranges": "bytes" if self.ranges == "served" else None,
        }
        given = {name: value for name, value in headers.items() if value is not None}
        if is_unchanged(request, etag, modified):
            return Response(status=304, headers=given)
        part = None if self.ranges == "ignored" else _wanted_part(request, len(content), given)
        if part is not None:
            return self._part(content, part, given)
        response = Response(pieces_of(content, 0, len(content)), headers=given, content_type=self.media_type)
        response.content_length = len(content)
        return ended_by(self.ends_by, response)

    def _part(self, content: Content, part: tuple[int, int], headers: dict[str, str]) -> Response:
        (start, stop), total, says_start = part, len(content), part[0]
        match self.lies:
            case "another start":
                start = says_start = start // 2
            case "other bytes":
                start, stop = start // 2, stop - start + start // 2
            case "another total":
                total += 1
        said = {} if self.lies == "no header" else {"Content-Range": f"bytes {says_start}-{part[1] - 1}/{total}"}
        pieces = pieces_of(content, start, stop)
        response = Response(pieces, 206, headers={**headers, **said}, content_type=self.media_type)
        response.content_length = stop - start
        return ended_by(self.ends_by, response)


def _wanted_part(request: SiteRequest, total: int, headers: dict[str, str]) -> tuple[int, int] | None:
    """Start and stop of the one range that is asked for; None where the whole is to be sent instead.

    RFC 9110, section 14.2, lets a server ignore what it does not understand, or several ranges at once. If-Range
    (section 13.1.5) must be exactly the strong tag or the date that we gave. Raises `RequestedRangeNotSatisfiable`.
    """
    wanted, condition = request.range, request.headers.get("If-Range")
    if request.method != "GET" or wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return None
    if condition and (
        condition.startswith("W/") or condition not in (headers.get("ETag"), headers.get("Last-Modified"))
    ):
        return None
    first, end = wanted.ranges[0]
    start = max(0, total + first) if first < 0 else first
    if start >= total:
        raise RequestedRangeNotSatisfiable(total)
    return start, total if end is None else min(end, total)


__all__ = ["LIES", "Content", "file", "generated", "pieces_of", "sha256_of"]
