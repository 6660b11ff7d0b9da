"""An XML-RPC server on loopback, the standard library's, that offers exactly the functions it is given.

    with xmlrpc({"add": operator.add}, script=["server error"]) as server:
        call(server.url, "add", [1, 2])
    assert server.calls[0].method == "add"

None, bytes and datetime pass in both directions. There is no introspection, and no attribute is ever looked up: a name
with dots is offered only if it was given with them. What a function raises becomes a fault, `xmlrpc.client.Fault` with
its own code. Any path but /RPC2 is 404. A document type declaration, and with it every entity bomb (F23), is refused.
`script` says what becomes of the first calls, one key of `REPLIES` each; after that all answers are right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import ParserCreate
from xmlrpc.client import Fault, dumps, loads
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

from .hosting import LOOPBACK, ThreadServer
from .listener import Tended

PATH = "/RPC2"


@dataclass(frozen=True, slots=True)
class Reply:
    """What becomes of a call, as a clause for "the server ...", and the bytes that are sent with this HTTP status."""

    clause: str
    body: bytes = b""
    status: int = 200


def _response(inner: str) -> bytes:
    return f"<?xml version='1.0'?>\n<methodResponse>{inner}</methodResponse>\n".encode()


def _value(inner: str) -> bytes:
    return _response(f"<params><param><value>{inner}</value></param></params>")


BOMB = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
"""Entities of which each is ten times the one before: a few hundred bytes that mean a gigabyte."""

REPLIES = {
    "right": Reply("answers rightly"),
    "server error": Reply("answers HTTP 500", b"Something broke.\n", 500),
    "fault": Reply("answers a fault", dumps(Fault(17, "out of paper"), methodresponse=True).encode()),
    "no XML": Reply("answers something that is no XML", b"All is well.\n"),
    "no reply": Reply("answers XML that is no XML-RPC reply", b"<html><body>All is well.</body></html>\n"),
    "no value": Reply("answers a reply without a value", _response("<params></params>")),
    "cut short": Reply("answers a reply whose XML ends early", _value("<string>All is well</string>")[:-30]),
    "no text": Reply("answers XML that is no UTF-8", _value("<string>All is well</string>").replace(b"A", b"\xff")),
    "no integer": Reply("answers an integer that is none", _value("<int>twelve</int>")),
    "unknown type": Reply("answers a value of a type that is not in XML-RPC", _value("<complex>1j</complex>")),
    "odd fault": Reply("answers a fault without a code", _response("<fault><value><struct/></value></fault>")),
    "entity bomb": Reply(
        "answers a value that unpacks to a gigabyte (F23)",
        f'<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">{BOMB}]>'.encode()
        + b"<methodResponse><params><param><value>&i;</value></param></params></methodResponse>",
    ),
}
"""What can become of a call."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a client posted: `reply` is what became of it, by name; `problem` says why it could not be understood.

    `headers` has lower-case names. With a problem, `method` is "" and `params` is empty.
    """

    method: str
    params: tuple[Any, ...]
    path: str
    source: tuple[str, int]
    headers: dict[str, str]
    data: bytes
    reply: str
    problem: str = ""


def read_call(body: bytes) -> tuple[str, tuple[Any, ...]]:
    """Method and parameters of a request. Raises `ValueError` for whatever is none."""
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(body, True)
        params, method = loads(body, use_builtin_types=True)
    except Exception as error:  # the library lets all kinds of errors out when the structure is odd
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return method or "", params


def _refuse(*declaration: object) -> None:
    raise ValueError("it declares a document type, which XML-RPC has no use for")


class _Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = (PATH,)
    server: _Server

    def decode_request_content(self, data: bytes) -> bytes | None:
        """The library's hook between a request's body and its answer; None if the answer was sent here."""
        body = super().decode_request_content(data)
        if body is None:  # an encoding that the library does not know, and has said so
            return None
        try:
            method, params = read_call(body)
        except ValueError as error:
            self._note("fault", data, problem=str(error))
            self._send(Reply("", dumps(Fault(-32700, f"not understood: {error}"), methodresponse=True).encode()))
            return None
        reply = self.server.next_reply()
        self._note(reply, data, method, params)
        if reply == "right":
            return body
        self._send(REPLIES[reply])
        return None

    def report_404(self) -> None:
        """Record the call before it is refused."""
        self._note("not found", b"", problem=f"there is no path {self.path!r}")
        super().report_404()

    def _note(
        self, reply: str, data: bytes, method: str = "", params: tuple[Any, ...] = (), *, problem: str = ""
    ) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        source = self.client_address[0], self.client_address[1]
        self.server.calls.append(Call(method, params, self.path, source, headers, data, reply, problem))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a line on stderr would turn up in somebody's notebook."""


class _Server(Tended, SimpleXMLRPCServer):
    request_queue_size = 128

    def __init__(self, functions: Mapping[str, Callable[..., Any]], script: Iterable[str], calls: list[Call]) -> None:
        super().__init__((LOOPBACK, 0), _Handler, logRequests=False, allow_none=True, use_builtin_types=True)
        self.script = iter(script)
        self.calls = calls
        self._turn = threading.Lock()
        for name, function in functions.items():
            self.register_function(function, name)

    def next_reply(self) -> str:
        """What becomes of this call; calls come in several threads, and each takes one entry of the script."""
        with self._turn:
            reply = next(self.script, "right")
        if reply not in REPLIES:
            self.errors.append(ValueError(f"there is no reply {reply!r}"))
            return "server error"
        return reply


class xmlrpc(ThreadServer):
    """The server. A name in `script` that `REPLIES` does not have is an error, raised where the block ends."""

    name = "XML-RPC"

    def __init__(self, functions: Mapping[str, Callable[..., Any]], *, script: Iterable[str] = ()) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._functions = functions
        self._script = script

    @property
    def url(self) -> str:
        """Where to post calls."""
        return f"http://{self.host}:{self.port}{PATH}"

    def _make(self) -> _Server:
        return _Server(self._functions, self._script, self.calls)


__all__ = ["PATH", "REPLIES", "Call", "Reply", "read_call", "xmlrpc"]
