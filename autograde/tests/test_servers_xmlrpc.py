"""The XML-RPC server: exactly the given functions, faults, and replies that are wrong on demand."""

from __future__ import annotations

import gzip
import http.client
import logging
import operator
import socket
import struct
import xmlrpc.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import repeat
from typing import Any
from xml.parsers.expat import ExpatError

import pytest

from autograde.servers.hosting import ServerBroke
from autograde.servers.xmlrpc import REPLIES, read_call
from autograde.servers.xmlrpc import xmlrpc as rpc_server
from autograde.tests.programs import run_program


def same(value: object) -> object:
    """What was given."""
    return value


def broken(*arguments: object) -> object:
    """Fails in a way that the caller is to hear of."""
    raise xmlrpc.client.Fault(42, "no such order")


def kinds(*values: object) -> list[str]:
    """The types that the function was given."""
    return [type(value).__name__ for value in values]


FUNCTIONS: dict[str, Callable[..., Any]] = {"add": operator.add, "same": same, "kinds": kinds, "broken": broken}


def proxy(server: rpc_server) -> Any:
    """The standard library's client."""
    return xmlrpc.client.ServerProxy(server.url, allow_none=True, use_builtin_types=True)


def posted(server: rpc_server, body: bytes, path: str = "/RPC2", **headers: str) -> tuple[int, bytes]:
    """Status and body for what was posted with a plain HTTP client."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    try:
        connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.drives(client="xmlrpc.client", server="xmlrpc", feature="None, bytes, datetime, nested values")
@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        2**31 - 1,
        -(2**31),
        0.1,
        "Grüße ⚓ <&>",
        b"\0\xff binary",
        datetime(2026, 2, 28, 23, 59, 58),
        [1, [2, [None, b""]], {}],
        {"a": {"b": [datetime(2000, 1, 1)]}},
    ],
)
def test_values_come_back_as_they_were_sent(value: object) -> None:
    """Everything that XML-RPC with None can carry; what the function got is in the record."""
    with rpc_server(FUNCTIONS) as server, proxy(server) as client:
        assert client.same(value) == value
    assert [(call.method, call.params, call.reply) for call in server.calls] == [("same", (value,), "right")]


def test_functions_are_given_the_types_of_the_language() -> None:
    """Bytes and datetime, not the library's wrappers around them."""
    with rpc_server(FUNCTIONS) as server, proxy(server) as client:
        assert client.kinds(None, b"x", datetime(2000, 1, 1), {}) == ["NoneType", "bytes", "datetime", "dict"]


@pytest.mark.drives(client="xmlrpc.client", server="xmlrpc", feature="faults, unknown and dotted names")
def test_only_the_given_functions_are_there() -> None:
    """Introspection, attributes of functions and names with dots are all unknown; a function's own fault arrives."""
    with rpc_server(FUNCTIONS) as server, proxy(server) as client:
        assert client.add(2, 3) == 5
        for name in ("system.listMethods", "system.multicall", "add.__class__", "__class__", "_dispatch", "same.same"):
            _, answer = posted(server, xmlrpc.client.dumps((), name).encode())
            with pytest.raises(xmlrpc.client.Fault, match="is not supported"):
                xmlrpc.client.loads(answer.decode())
        with pytest.raises(xmlrpc.client.Fault) as caught:
            client.broken()
        assert (caught.value.faultCode, caught.value.faultString) == (42, "no such order")
        with pytest.raises(xmlrpc.client.Fault, match="TypeError"):
            client.add(1)
    assert [call.method for call in server.calls][1:3] == ["system.listMethods", "system.multicall"]


@pytest.mark.drives(client="http.client", server="xmlrpc", feature="wrong path, request recorded")
def test_any_other_path_is_not_found() -> None:
    """404, and the call is recorded with what was wrong."""
    body = xmlrpc.client.dumps((1, 2), "add").encode()
    with rpc_server(FUNCTIONS) as server:
        assert [posted(server, body, path)[0] for path in ("/", "/RPC2/", "/rpc2", "/RPC2")] == [404, 404, 404, 200]
        assert posted(server, body, User_Agent="me")[0] == 200
    assert [call.path for call in server.calls] == ["/", "/RPC2/", "/rpc2", "/RPC2", "/RPC2"]
    assert [bool(call.problem) for call in server.calls] == [True, True, True, False, False]
    last = server.calls[-1]
    assert last.data == body and last.headers["user-agent"] == "me" and last.source[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("server error", xmlrpc.client.ProtocolError),
        ("fault", xmlrpc.client.Fault),
        ("no XML", ExpatError),
        ("no reply", xmlrpc.client.ResponseError),
        ("cut short", ExpatError),
        ("no text", ExpatError),
        ("no integer", ValueError),
        ("unknown type", xmlrpc.client.ResponseError),
        ("odd fault", TypeError),
        ("entity bomb", ExpatError),
    ],
)
@pytest.mark.drives(client="xmlrpc.client", server="xmlrpc", feature="HTTP 500, fault, malformed replies")
def test_replies_that_are_wrong_on_demand(reply: str, error: type[Exception]) -> None:
    """The standard library's client raises what its users have to be ready for; then the server is well again."""
    with rpc_server(FUNCTIONS, script=[reply]) as server, proxy(server) as client:
        with pytest.raises(error):
            client.add(1, 2)
        assert client.add(1, 2) == 3
    assert [call.reply for call in server.calls] == [reply, "right"]


def test_the_standard_client_takes_a_reply_without_a_value_for_an_empty_tuple() -> None:
    """A trap for who trusts it; to be told from a right answer, which is never a tuple."""
    with rpc_server(FUNCTIONS, script=["no value"]) as server, proxy(server) as client:
        assert client.add(1, 2) == ()


def test_every_reply_is_tried_above() -> None:
    """Nothing in the table is left out."""
    tried = {reply for mark in _marks() for reply, _ in mark.args[1]}
    assert tried == set(REPLIES) - {"right", "no value"}


def _marks() -> list[pytest.Mark]:
    marks: list[pytest.Mark] = test_replies_that_are_wrong_on_demand.pytestmark  # type: ignore[attr-defined]
    return [mark for mark in marks if mark.name == "parametrize"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "ExpatError"),
        (b"add 1 2", "ExpatError"),
        (b"<methodCall><methodName>add</methodName>", "ExpatError"),
        (b"<html/>", "ResponseError"),
        (b"<methodCall><methodName>add</methodName><params><param><value><int>x</int></value></param></params>", "E"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><methodCall><methodName>add</methodName></methodCall>', "document type"),
        (b'<?xml version="1.0" encoding="utf-16"?>'.decode().encode("utf-16"), "ExpatError"),
        (b"\xff\xfe\xff", "ExpatError"),
    ],
)
def test_a_request_that_is_not_understood_is_a_fault_and_on_record(body: bytes, problem: str) -> None:
    """No call, no crash; the client is told."""
    with pytest.raises(ValueError, match=problem):
        read_call(body)
    with rpc_server(FUNCTIONS) as server:
        status, answer = posted(server, body)
    with pytest.raises(xmlrpc.client.Fault, match="not understood"):
        xmlrpc.client.loads(answer.decode())
    assert status == 200 and len(server.calls) == 1
    assert problem in server.calls[0].problem and server.calls[0].data == body and server.calls[0].method == ""


def test_an_entity_bomb_in_a_request_is_not_unpacked() -> None:
    """It is refused at its declaration, whatever its encoding, and however it is compressed."""
    call = REPLIES["entity bomb"].body.replace(b"methodResponse", b"methodCall")
    bodies = [(call, {}), (call.decode().encode("utf-16"), {}), (gzip.compress(call), {"Content_Encoding": "gzip"})]
    with rpc_server(FUNCTIONS) as server:
        answers = [posted(server, body, **headers) for body, headers in bodies]
    assert all(b"document type" in answer for _, answer in answers)
    assert len(server.calls) == 3 and all("document type" in call.problem for call in server.calls)


def test_a_reply_that_does_not_exist_is_our_own_mistake() -> None:
    """It is raised where the block ends, and says which."""
    with pytest.raises(ServerBroke, match="no reply 'fualt'"):
        with rpc_server(FUNCTIONS, script=["fualt"]) as server, proxy(server) as client:
            with pytest.raises(xmlrpc.client.ProtocolError):
                client.add(1, 2)


def test_a_crowd_is_served_and_each_takes_its_turn_in_the_script() -> None:
    """Forty clients at once, of which exactly five meet a fault."""

    def one(i: int) -> object:
        with proxy(server) as client:
            try:
                return client.add(i, i)
            except xmlrpc.client.Fault:
                return None

    with rpc_server(FUNCTIONS, script=["fault"] * 5) as server, ThreadPoolExecutor(40) as crowd:
        sums = list(crowd.map(one, range(40)))
    assert sums.count(None) == 5 and all(total in (None, 2 * i) for i, total in enumerate(sums))
    assert len(server.calls) == 40


def test_rude_clients_leave_nothing(
    nothing_remains: None, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Half a request, no length, garbage, a reset, and a connection still open when the block ends."""
    caplog.set_level(logging.INFO)
    with rpc_server(FUNCTIONS, script=repeat("right")) as server:
        still_open = socket.create_connection(server.address)
        still_open.sendall(b"POST /RPC2 HTTP/1.0\r\nContent-Length: 100\r\n\r\nhalf")
        silent = socket.create_connection(server.address)
        for data in (b"\xff\xfe\r\n\r\n", b"POST /RPC2 HTTP/1.0\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"x" * 100000):
            with socket.create_connection(server.address, timeout=10) as client:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                assert client.recv(12) in (
                    b"",
                    b"HTTP/1.0 400",
                    b"HTTP/1.0 500",
                    b"HTTP/1.0 501",
                    b"HTTP/1.0 414",
                    b"<!DOCTYPE HT",
                )
        with socket.create_connection(server.address) as vanishing:
            vanishing.sendall(b"POST /RPC2 HTTP/1.0\r\nContent-Length: 9\r\n\r\nhalf")
            vanishing.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with proxy(server) as good:
            assert good.add(1, 2) == 3
    still_open.close()
    silent.close()
    assert capfd.readouterr() == ("", "") and not caplog.records
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.address)


@pytest.mark.drives(client="curl", server="xmlrpc", feature="call, fault, 404, 500")
def test_curl_calls() -> None:
    """A call by hand: status and value as curl shows them."""
    body = xmlrpc.client.dumps((20, 22), "add")
    with rpc_server(FUNCTIONS, script=["right", "server error", "fault"]) as server:

        def curl(path: str = "/RPC2") -> str:
            where = f"http://{server.host}:{server.port}{path}"
            done = run_program("curl", "-s", "-w", "%{http_code}", "-H", "Content-Type: text/xml", "-d", body, where)
            return done.stdout.decode()

        right, failed, fault, lost = curl(), curl(), curl(), curl("/elsewhere")
    assert "<int>42</int>" in right and right.endswith("200") and failed.endswith("500")
    assert "faultCode" in fault and fault.endswith("200") and lost.endswith("404")
