"""What a client asked of a site: the plain record that checks read, and the same as Werkzeug gives it to pages.

    assert not any(asked.values("Authorization") for asked in other.requests)

An `Asked` is plain data, and what follows from it. A `SiteRequest` knows the `Asked` that it was made from.
"""

from __future__ import annotations

import io
import string
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from werkzeug.wrappers import Request


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: `target` as it stood in the request line, `headers` in their order, with repeats.

    Bytes outside ASCII stand in them as Latin-1.

    `connection` counts the site's connections from 1, so two requests with the same number came on one connection.
    `status` is what it was answered.
    """

    connection: int
    method: str
    target: str
    version: str
    headers: list[tuple[str, str]]
    body: bytes
    status: int = 0

    def values(self, name: str) -> list[str]:
        """All values of a header, whose name may be spelled in any case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def host(self) -> str:
        """Who was asked for, host and port: the Host header."""
        return ", ".join(self.values("Host"))

    @property
    def raw_path(self) -> str:
        """The path, still percent-encoded."""
        return _split_target(self.target)[0]

    @property
    def path(self) -> str:
        """The path, decoded. A slash that was sent as %2F is a slash like any other here; see `segments`."""
        return _decoded(self.raw_path)

    @property
    def segments(self) -> list[str]:
        """What stands between the slashes of the path, each decoded on its own."""
        return [_decoded(part) for part in self.raw_path.split("/")[1:]]

    @property
    def query(self) -> list[tuple[str, str]]:
        """Names and values of the query in their order, with repeats and blanks."""
        text = _split_target(self.target)[1].encode("latin-1").decode("utf-8", "replace")
        return parse_qsl(text, keep_blank_values=True)


def _split_target(target: str) -> tuple[str, str]:
    """Path and query of a request target in origin or absolute form (RFC 9112, section 3.2)."""
    if target.lower().startswith(("http://", "https://")):
        target = "/" + "".join(target.split("/", 3)[3:])
    path, _, query = target.partition("?")
    return path, query


def _decoded(path: str) -> str:
    return _bytes_of(path).decode("utf-8", "replace")


def _bytes_of(path: str) -> bytes:
    """A path without its percent signs. Bytes that should have been encoded, and were not, stand for themselves."""
    return unquote_to_bytes(path.encode("latin-1"))


class SiteRequest(Request):
    """A request in the hands of a page: Werkzeug's, with the record that it was made from, and what its rule found."""

    def __init__(self, asked: Asked, scheme: str, address: tuple[str, int]) -> None:
        super().__init__(_environ(asked, scheme, address))
        self.asked = asked
        self.arguments: dict[str, Any] = {}


def _environ(asked: Asked, scheme: str, address: tuple[str, int]) -> dict[str, Any]:
    """The request as Werkzeug and WSGI (PEP 3333) want it."""
    path, query = _split_target(asked.target)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _bytes_of(path).decode("latin-1"),
        # Werkzeug insists on ASCII here.
        "QUERY_STRING": quote(query, safe=string.punctuation, encoding="latin-1"),
        "SERVER_NAME": address[0],
        "SERVER_PORT": str(address[1]),
        "SERVER_PROTOCOL": asked.version,
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(asked.body),
    }
    for name, value in asked.headers:
        key = "HTTP_" + name.upper().replace("-", "_")
        glue = "; " if key == "HTTP_COOKIE" else ", "
        environ[key] = f"{environ[key]}{glue}{value}" if key in environ else value
    environ["CONTENT_TYPE"] = environ.get("HTTP_CONTENT_TYPE", "")
    environ["CONTENT_LENGTH"] = str(len(asked.body))
    return environ


__all__ = ["Asked", "SiteRequest"]
