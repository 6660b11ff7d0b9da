"""What a site can have at a path: a small vocabulary of pages, each a function of the request.

    site({
        "/hello": "Hello!\\n",
        "/weather": scripted(busy(retry_after=1), 503, "fair\\n"),
        "/old": redirects("/hello", 308),
        "/two": answers(b"ok", headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/x")]),
        "/slow": answers([b"one ", b"two"], ends_by="close"),
    })

Wherever a page is wanted, a text, bytes, a status number, or any function that takes a `SiteRequest` and returns a
Werkzeug `Response` will do. Files with ranges are in `site_files.py`, logins in `site_doors.py`, JSON documents in
`site_documents.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from werkzeug.http import HTTP_STATUS_CODES, http_date
from werkzeug.wrappers import Response

from .site_requests import SiteRequest

TEXT = "text/plain; charset=utf-8"

EndsBy = Literal["length", "chunks", "close"]
"""How a body's end is made known: by a Content-Length, by a last chunk, or by the end of the connection only."""


class Page:
    """Something that answers requests; `methods` are those it takes (GET brings HEAD with it), None for any."""

    methods: tuple[str, ...] | None = None

    def answer(self, request: SiteRequest) -> Response:
        """The answer. A raised `HTTPException` of Werkzeug's is an answer too; anything else breaks the site."""
        raise NotImplementedError


class computes(Page):
    """Calls a function for each request."""

    def __init__(self, answer: Callable[[SiteRequest], Response], methods: tuple[str, ...] | None = None) -> None:
        self._answer = answer
        self.methods = methods

    def answer(self, request: SiteRequest) -> Response:
        return self._answer(request)


PageLike = Page | str | bytes | int | Callable[[SiteRequest], Response]


def as_page(thing: PageLike) -> Page:
    """A page made of what stands for one."""
    if isinstance(thing, Page):
        return thing
    if isinstance(thing, str | bytes):
        return answers(thing, methods=("GET",))
    return says(thing) if isinstance(thing, int) else computes(thing)


class answers(Page):
    """Always the same answer, to every method unless told otherwise.

    `body` may be an iterable of pieces, read anew for each request, which are sent in chunks and need not end. Given
    headers stand beside those that describe the body or, with the same name, instead of them: a Content-Length that
    lies is sent as it is, and the connection closed after the body.
    """

    def __init__(
        self, body: str | bytes | Iterable[bytes] = b"", status: int = 200, *, media_type: str = TEXT,
        headers: Sequence[tuple[str, str]] = (), ends_by: EndsBy = "length", methods: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        self.body = body
        self.status = status
        self.media_type = media_type
        self.headers = headers
        self.ends_by = ends_by
        self.methods = methods

    def answer(self, request: SiteRequest) -> Response:
        body = self.body if isinstance(self.body, str | bytes) else iter(self.body)
        response = Response(body, self.status, content_type=self.media_type)
        for name in {name.lower() for name, _ in self.headers}:
            response.headers.pop(name, None)
        response.headers.extend(self.headers)
        return ended_by(self.ends_by, response)


def ended_by(how: EndsBy, response: Response) -> Response:
    """The same answer with its end made known in another way."""
    if how != "length":
        response.response = response.iter_encoded()  # of an iterator Werkzeug does not announce the length
        response.headers.pop("Content-Length", None)
    if how == "close":
        response.headers["Connection"] = "close"
    return response


def says(status: int) -> answers:
    """An answer with this status and its meaning as the text."""
    return answers(f"{status} {HTTP_STATUS_CODES.get(status, 'Unknown')}\n", status)


class busy(Page):
    """503, or another status, with Retry-After: seconds, a date, a delay that is given as a date, or any nonsense."""

    def __init__(self, status: int = 503, *, retry_after: int | str | datetime | timedelta) -> None:
        self.status = status
        self.retry_after = retry_after

    def answer(self, request: SiteRequest) -> Response:
        when = self.retry_after
        if isinstance(when, timedelta):
            when = datetime.now(UTC) + when
        value = http_date(when) if isinstance(when, datetime) else str(when)
        return answers("busy\n", self.status, headers=[("Retry-After", value)]).answer(request)


class scripted(Page):
    """A page for the first request, another for the second, and so on; the last one for all that follow."""

    def __init__(self, *pages: PageLike) -> None:
        self._pages = [as_page(page) for page in pages]
        self._turns = itertools.count()

    def answer(self, request: SiteRequest) -> Response:
        turn = min(next(self._turns), len(self._pages) - 1)
        return self._pages[turn].answer(request)


def redirects(to: str, status: int = 302) -> answers:
    """Sends the client to `to`, a path or a whole URL. To its own path it is a loop."""
    return answers(f"It is at {to} now.\n", status, headers=[("Location", to)])


__all__ = ["EndsBy", "Page", "PageLike", "answers", "as_page", "busy", "computes", "ended_by", "redirects", "says",
           "scripted"]  # fmt: skip
