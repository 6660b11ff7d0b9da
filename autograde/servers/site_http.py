"""HTTP/1.1 between a connection and the pages of a site: requests in, answers out, one after another, all on record.

The standard library reads request lines and headers, Werkzeug makes requests and responses of them; what stands here is
what lies between: keeping the connection open or not, and how a body is ended (RFC 9112, sections 6, 7 and 9).
"""

from __future__ import annotations

import contextlib
import itertools
import ssl
from collections.abc import Callable, Iterable
from dataclasses import replace
from email.errors import FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect
from http.server import BaseHTTPRequestHandler
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.http import HTTP_STATUS_CODES, http_date
from werkzeug.wrappers import Response

from .listener import Listener
from .site_bodies import read_body
from .site_requests import Asked, SiteRequest

MALFORMED_HEADERS = (FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect)


class HttpListener(Listener):
    """What the connections of one site have in common."""

    def __init__(
        self, host: str, respond: Callable[[SiteRequest], Response], *,
        context: ssl.SSLContext | None, protocol: str, banner: str,
    ) -> None:  # fmt: skip
        self.respond, self.context, self.protocol, self.banner = respond, context, protocol, banner
        if context is not None:
            context.sslsocket_class = _Accepted
        self.requests: list[Asked] = []
        self.malformed: list[str] = []
        self.numbers = itertools.count(1)
        super().__init__(host, _Connection)


class _Accepted(ssl.SSLSocket):
    """The TLS side of a connection that was accepted, though the client may have aborted it since."""

    def getpeername(self) -> Any:
        """Who the client is. If it is gone, be closed: `wrap_socket` asks, and before Python 3.13 then forgets us."""
        try:
            return super().getpeername()
        except OSError as gone:
            self.close()
            raise ConnectionResetError from gone


class _Connection(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # a piece of a chunked body leaves when it is there
    server: HttpListener

    def setup(self) -> None:
        """Shake hands if the site has a certificate.

        TLS gets a copy of the descriptor: the listener keeps the first, on which it can end a connection in whatever
        state it is.
        """
        self.number = next(self.server.numbers)
        self.protocol_version = self.server.protocol
        if self.server.context is not None:
            self.request = self.server.context.wrap_socket(self.request.dup(), server_side=True)
        try:
            super().setup()
        except OSError:  # a client that was gone before it was looked at; `finish` will not be called
            self.request.close()
            raise

    def finish(self) -> None:
        """With TLS, say goodbye without waiting for the client's: an end without one looks like a cut."""
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):
            with contextlib.suppress(OSError, ValueError):
                self.request.settimeout(0)
                self.request.unwrap()
            self.request.close()

    def __getattr__(self, name: str) -> Any:
        """Every method of HTTP is for the pages to answer."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        try:
            asked = self._read_request()
        except HTTPException as error:
            self.send_error(error.code or 400, error.description)
            return
        scheme = "http" if self.server.context is None else "https"
        request = SiteRequest(asked, scheme, self.server.server_address[:2])  # type: ignore[arg-type]
        with contextlib.closing(self.server.respond(request)) as response:
            # On record before the client has its answer, so that whoever has the answer finds the record complete.
            self.server.requests.append(replace(asked, status=response.status_code))
            self._send(response)

    def _read_request(self) -> Asked:
        hosts = self.headers.get_all("Host", [])
        if any(isinstance(defect, MALFORMED_HEADERS) for defect in self.headers.defects):
            raise BadRequest("a header line without a name")
        if len(hosts) > 1 or (not hosts and self._is_1_1):
            raise BadRequest(f"{len(hosts)} Host headers")
        if "close" in self.headers.get("Connection", "").lower():
            self.close_connection = True
        body = read_body(self.headers, self.rfile)
        target = self.requestline.split()[1]  # self.path has lost a slash if it began with two
        return Asked(self.number, self.command, target, self.request_version, self.headers.items(), body)

    def _send(self, response: Response) -> None:
        status, headers = response.status_code, response.headers
        if status == 204:
            headers.pop("Content-Length", None)
        elif response.is_sequence and status != 304:
            headers.setdefault("Content-Length", str(response.calculate_content_length()))
        length = headers.get("Content-Length", type=int)
        has_body = self.command != "HEAD" and status not in (204, 304)
        in_chunks = has_body and length is None and self._is_1_1 and headers.get("Connection") != "close"
        if has_body and length is None and not in_chunks:
            self.close_connection = True
        self._send_head(status, headers, in_chunks)
        if has_body:
            sent = (self._send_chunks if in_chunks else self._send_pieces)(response.iter_encoded())
            if length is not None and sent != length:  # the page lied: only an end can tell the client
                self.close_connection = True

    @property
    def _is_1_1(self) -> bool:
        """Both sides speak HTTP/1.1."""
        return min(self.protocol_version, self.request_version) >= "HTTP/1.1"

    def _send_head(self, status: int, headers: Headers, in_chunks: bool) -> None:
        # Werkzeug's names for statuses: those of the standard library change from version to version.
        self.send_response_only(status, HTTP_STATUS_CODES.get(status, ""))
        if self.server.banner:
            self.send_header("Server", self.server.banner)
            self.send_header("Date", http_date())
        for name, value in headers:
            # http.server closes by itself after a "Connection: close".
            self.send_header(name, value.encode().decode("latin-1"))
        if in_chunks:
            self.send_header("Transfer-Encoding", "chunked")
        if self.protocol_version >= "HTTP/1.1" and "Connection" not in headers:
            if self.close_connection:
                self.send_header("Connection", "close")
            elif self.request_version == "HTTP/1.0":
                self.send_header("Connection", "keep-alive")
        self.end_headers()

    def _send_pieces(self, pieces: Iterable[bytes]) -> int:
        sent = 0
        for piece in pieces:
            self.wfile.write(piece)
            sent += len(piece)
        return sent

    def _send_chunks(self, pieces: Iterable[bytes]) -> int:
        sent = self._send_pieces(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece)
        self.wfile.write(b"0\r\n\r\n")
        return sent

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what cannot be read as a request in one plain line, and close; http.server calls this too."""
        meaning = HTTP_STATUS_CODES[code]
        self.server.malformed.append(f"{code} {meaning}: {message or self.requestline}")
        self.request_version = "HTTP/1.0"  # that there is a status line does not depend on what was understood
        self.close_connection = True
        text = f"{meaning}: that is not a request this server understands.\n".encode()
        headers = Headers([("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))])
        self._send_head(code, headers, in_chunks=False)
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a line on stderr would turn up in somebody's notebook."""


__all__ = ["HttpListener"]
