"""A whole web site on loopback that real clients believe: files, forms, logins, redirects, scripted trouble, an echo.

    with site({"/tides.csv": file(b"...", media_type="text/csv"), "/moody": scripted(503, 503, "fair\\n")}) as server:
        urlopen(server.url + "/tides.csv")
        assert [(asked.method, asked.status) for asked in server.requests] == [("GET", 200)]

What stands at a path is a page (`site_pages.py`); a path may hold Werkzeug's placeholders, as "/notes/<name>". Besides
what it is given, every site has the pages of `site_tour.py`, an echo among them. Two sites are two hosts when one is
known by its number and the other by its name:

    with site(host="localhost") as other, site(other=other.url) as server:
        urlopen(server.url + "/away/302?to=/echo")      # what leaks into other.requests?
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPMethod
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.exceptions import NotImplemented as UnknownMethod
from werkzeug.routing import BaseConverter, Map, Rule
from werkzeug.wrappers import Response

from .hosting import LOOPBACK, ThreadServer
from .site_documents import documents
from .site_doors import Door, basic, login
from .site_echo import echoes, mirrors
from .site_files import file, generated, sha256_of
from .site_http import HttpListener
from .site_pages import TEXT, PageLike, answers, as_page, busy, computes, redirects, scripted
from .site_requests import Asked, SiteRequest
from .site_tour import USERS, tour

if TYPE_CHECKING:  # which imports a library of its own, for HTTPS only
    from .certificates import Identity


class _Rest(BaseConverter):
    """Whatever is left of a path, empty and doubled slashes too: `<rest:name>`."""

    regex = "(?s:.*?)"
    part_isolating = False


@lru_cache(maxsize=64)
def _routes(paths: tuple[tuple[str, tuple[str, ...] | None], ...]) -> Map:
    """Paths and their methods as rules, each leading to its path. Kept, because making them takes milliseconds."""
    rules = [Rule(path, endpoint=path, methods=methods) for path, methods in paths]
    # Paths are taken as they are: what Werkzeug would tidy up by a redirect may be what is being checked.
    return Map(rules, strict_slashes=False, merge_slashes=False, converters={"rest": _Rest})


class site(ThreadServer):
    """A web site with `pages` by their paths.

    `host` is what clients are told: a loopback address, or "localhost", which is 127.0.0.1 by name. With `identity`
    (certificates.py) it speaks HTTPS. `other` is the URL of a second site, for the pages that send clients away.
    `users` are the names and passwords of the tour's logins. With `protocol="HTTP/1.0"` each answer ends its
    connection. Only with a `banner` do answers carry Server and Date.
    """

    name = "web"

    def __init__(
        self, pages: Mapping[str, PageLike] | None = None, *, other: str = "", host: str = LOOPBACK,
        identity: Identity | None = None, users: Mapping[str, str] = USERS, protocol: str = "HTTP/1.1",
        banner: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self.host = host
        self._identity = identity
        self._protocol, self._banner = protocol, banner
        everything = {**tour(users, other), **(pages or {})}
        self._pages = {path: as_page(page) for path, page in everything.items()}
        self._routes = _routes(tuple((path, page.methods) for path, page in self._pages.items())).bind("site")

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        scheme = "http" if self._identity is None else "https"
        return f"{scheme}://[{self.host}]:{self.port}" if ":" in self.host else f"{scheme}://{self.host}:{self.port}"

    @property
    def requests(self) -> list[Asked]:
        """All requests so far, in the order in which they were answered."""
        return self._listener.requests

    @property
    def malformed(self) -> list[str]:
        """What came that could not be read as a request: the status it was answered, and why."""
        return self._listener.malformed

    def _make(self) -> HttpListener:
        context = None if self._identity is None else self._identity.server_context()
        address = LOOPBACK if self.host == "localhost" else self.host
        self._listener = HttpListener(
            address, self._respond, context=context, protocol=self._protocol, banner=self._banner
        )
        return self._listener

    def _respond(self, request: SiteRequest) -> Response:
        try:
            endpoint, arguments = self._routes.match(request.path, request.method)
            request.arguments = dict(arguments)
            return self._pages[endpoint].answer(request)
        except HTTPException as error:
            return _refusal(error, request)
        except Exception as error:
            self.errors.append(error)
            return Response("Something is broken here.\n", 500, content_type=TEXT)


def _refusal(error: HTTPException, request: SiteRequest) -> Response:
    """The exception as a plain answer, with the headers that belong to it (Allow, Content-Range)."""
    if isinstance(error, MethodNotAllowed) and request.method not in list(HTTPMethod):
        error = UnknownMethod()
    text = (
        f"There is no page {request.path!r} here.\n" if isinstance(error, NotFound) else f"{error.code} {error.name}\n"
    )
    response = Response(text, error.code, content_type=TEXT)
    response.headers.extend(header for header in error.get_headers() if header[0] != "Content-Type")
    return response


__all__ = [
    "Asked", "Door", "answers", "basic", "busy", "computes", "documents", "echoes", "file", "generated", "login",
    "mirrors", "redirects", "scripted", "sha256_of", "site",
]  # fmt: skip
