"""The WebSocket server: an echo and scripted conversations, believed by clients of other libraries."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import logging
import socket
import struct
import threading
from typing import Any

import pytest
import tornado.websocket
import websocket as client_library
from websockets.sync.client import connect

from autograde.servers.hosting import ServerBroke
from autograde.servers.websocket import Line, closes, echoes, hears, pings, says, says_in_parts
from autograde.servers.websocket import websocket as ws_server
from autograde.tests.observers import read_all

ABNF = client_library.ABNF
CONT, TEXT, PING, CLOSE = ABNF.OPCODE_CONT, ABNF.OPCODE_TEXT, ABNF.OPCODE_PING, ABNF.OPCODE_CLOSE

HELLO = (
    b"GET /chat?x=1 HTTP/1.1\r\nHost: loopback\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)
"""The opening handshake with the key of RFC 6455, section 1.3, where its answer stands too."""


def opened(server: ws_server, **options: Any) -> Any:
    """A connection of the library websocket-client."""
    return client_library.create_connection(server.url, timeout=10, **options)


def masked(opcode: int, payload: bytes, *, first: int = 0x80, mask: bool = True) -> bytes:
    """A short frame, made by hand; masked with zeros, which changes no byte."""
    return bytes([first | opcode, (0x80 if mask else 0) | len(payload)]) + (bytes(4) if mask else b"") + payload


def shake_hands(server: ws_server) -> socket.socket:
    """A plain connection after the opening handshake."""
    client = socket.create_connection(server.address, timeout=10)
    client.sendall(HELLO)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += client.recv(1)
    assert head.startswith(b"HTTP/1.1 101 ")
    return client


def answer_to(server: ws_server, data: bytes) -> bytes:
    """What the server sends until it ends the connection; without data, our side of it ends at once."""
    with shake_hands(server) as client:
        client.sendall(data)
        if not data:
            client.shutdown(socket.SHUT_WR)
        return read_all(client)


@pytest.mark.drives(client="websocket-client", server="websocket", feature="text, binary, fragments, ping, close code")
def test_an_echo_returns_every_kind_of_message() -> None:
    """Text, binary, empty, in three frames with a ping in between; then a close with a code, all on record."""
    with ws_server() as server:
        client = opened(server)
        client.send("Grüße ⚓")
        assert client.recv() == "Grüße ⚓"
        client.send_binary(b"\0\xff")
        assert client.recv() == b"\0\xff"
        client.send("")
        assert client.recv() == ""
        client.send_frame(ABNF.create_frame("one ", TEXT, fin=0))
        client.send_frame(ABNF.create_frame("two ", CONT, fin=0))
        client.ping(b"still there?")
        client.send_frame(ABNF.create_frame("three", CONT, fin=1))
        assert client.recv_frame().data == b"still there?" and client.recv() == "one two three"
        client.close(3001, b"enough")
    [visit] = server.visits
    assert visit.messages == ["Grüße ⚓", b"\0\xff", "", "one two three"] and not visit.problem
    assert (visit.close_received, visit.close_sent, visit.reason) == (3001, 3001, "enough")


def test_the_handshake_is_that_of_the_specification() -> None:
    """The key's answer is the one that RFC 6455 works out, no compression; path, headers and source are on record."""
    with ws_server() as server, socket.create_connection(server.address, timeout=10) as client:
        client.sendall(HELLO)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1000)
        source = client.getsockname()
    assert head.startswith(b"HTTP/1.1 101 ") and b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    assert b"deflate" not in head
    [visit] = server.visits
    assert (visit.path, visit.source, visit.headers["host"]) == ("/chat?x=1", source, "loopback")


@pytest.mark.drives(client="websocket-client", server="websocket", feature="subprotocol")
def test_a_subprotocol_is_chosen_from_both_lists() -> None:
    """The client's first that the server has; none where there is none in common, which this client does not accept."""
    with ws_server(subprotocols=["chat", "chat.v2"]) as server:
        for offered, chosen in ((["telegraph", "chat.v2", "chat"], "chat.v2"), (None, None)):
            client = opened(server, subprotocols=offered)
            assert client.subprotocol == chosen
            client.close()
        with pytest.raises(client_library.WebSocketException):
            opened(server, subprotocols=["telegraph"])
    assert [visit.subprotocol for visit in server.visits] == ["chat.v2", None, None]


@pytest.mark.drives(client="websocket-client", server="websocket", feature="scripted conversation")
def test_a_script_is_played_to_each_client() -> None:
    """Text and binary, a message in parts with a ping between them, a ping, and a close with code and reason."""
    script = [
        says("hello"),
        hears("hi"),
        says(b"\1\2"),
        says_in_parts("one ", "two ", "three", ping_between=True),
        pings(b"still there?"),
        closes(1001, "bye"),
    ]
    with ws_server(script) as server:
        for _ in range(2):
            client = opened(server)
            assert client.recv() == "hello"
            client.send("hi")
            assert client.recv() == b"\1\2"
            frames = [client.recv_frame() for _ in range(6)]
            assert [frame.opcode for frame in frames] == [TEXT, PING, CONT, PING, CONT, CONT]
            assert [frame.fin for frame in frames] == [0, 1, 0, 1, 0, 1]
            assert [frame.data for frame in frames if frame.opcode != PING] == [b"one ", b"two ", b"three", b""]
            ping = client.recv_frame()
            assert (ping.opcode, ping.data) == (PING, b"still there?")
            client.pong(ping.data)
            close = client.recv_frame()
            assert (close.opcode, close.data) == (CLOSE, struct.pack("!H", 1001) + b"bye")
            client.send_close(1001)
            client.shutdown()
    assert [(visit.close_sent, visit.close_received) for visit in server.visits] == [(1001, 1001)] * 2


def test_a_script_that_is_done_closes_in_good_order() -> None:
    """1000, without a line for it."""
    with ws_server([says("that is all")]) as server:
        answer = answer_to(server, masked(8, struct.pack("!H", 1000)))
    assert answer == b"\x81\x0bthat is all" + b"\x88\x02\x03\xe8"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (masked(1, b"ho"), "wanted 'hi', got 'ho'"),
        (masked(2, b"hi"), "wanted 'hi', got b'hi'"),
        (masked(8, struct.pack("!H", 3000)), "wanted 'hi', but then: "),
        (b"", "wanted 'hi', but then: "),
    ],
)
def test_what_a_script_missed_is_on_record(data: bytes, problem: str) -> None:
    """It is the client's fault and no error of the server; who spoke out of turn is told 1008."""
    with ws_server([hears("hi")], close_timeout=0.1) as server:
        answer = answer_to(server, data)
    assert server.visits[0].problem.startswith(problem)
    if data[:1] in (b"\x81", b"\x82"):
        assert answer[2:4] == struct.pack("!H", 1008) and server.visits[0].close_sent == 1008


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (masked(1, b"hi", mask=False), 1002),
        (masked(1, b"hi", first=0xC0), 1002),
        (masked(3, b""), 1002),
        (masked(0, b"hi"), 1002),
        (masked(9, b"", first=0), 1002),
        (masked(1, b"\xff\xfe"), 1007),
        (b"\x82\xfe\x04\x01" + bytes(4 + 1025), 1009),
        (masked(8, b"\x03"), 1002),
        (masked(8, b""), None),
    ],
)
def test_what_breaks_the_protocol_is_closed_with_the_code_it_deserves(data: bytes, code: int | None) -> None:
    """Unmasked, reserved bit, unknown opcode, stray continuation, cut ping, bad UTF-8, too big, half a code; none."""
    with ws_server(max_message=1024) as server:
        answer = answer_to(server, data)
    assert answer[:1] == b"\x88" and answer[2:4] == (b"" if code is None else struct.pack("!H", code))
    assert server.visits[0].messages == []
    assert server.visits[0].close_sent == (1005 if code is None else code)


@pytest.mark.drives(client="tornado", server="websocket", feature="big messages, fragments, close code")
def test_tornado_reads_messages_of_a_megabyte() -> None:
    """A message of more than 65,535 bytes, and one in 300 frames, and the close that follows."""
    big, parts = "x" * 1_000_000, [bytes([i % 256]) * 1000 for i in range(300)]

    async def converse(url: str) -> tuple[object, object, object, int | None]:
        connection = await tornado.websocket.websocket_connect(url)
        await connection.write_message(big)
        read = [await connection.read_message() for _ in range(3)]
        connection.close()
        return read[0], read[1], read[2], connection.close_code

    with ws_server([hears(big), says(big), says_in_parts(*parts), closes(4000)]) as server:
        assert asyncio.run(converse(server.url)) == (big, b"".join(parts), None, 4000)
    assert server.visits[0].messages == [big] and not server.visits[0].problem


@pytest.mark.drives(client="tornado", server="websocket", feature="crowd")
def test_a_crowd_is_served_at_once() -> None:
    """Thirty clients, each with its own echo."""

    async def one(url: str, i: int) -> object:
        connection = await tornado.websocket.websocket_connect(url)
        await connection.write_message(f"client {i}")
        answer = await connection.read_message()
        connection.close(1000)
        assert await connection.read_message() is None
        return answer

    async def crowd(url: str) -> list[object]:
        return await asyncio.gather(*(one(url, i) for i in range(30)))

    with ws_server() as server:
        assert asyncio.run(crowd(server.url)) == [f"client {i}" for i in range(30)]
    assert len(server.visits) == 30 and {len(visit.messages) for visit in server.visits} == {1}


def test_who_is_still_there_at_the_end_is_told_that_the_server_goes_away() -> None:
    """1001, and the block ends soon whether that is answered or not."""
    with ws_server() as server:
        clients = [opened(server) for _ in range(3)]
    for client in clients:
        assert client.recv_frame().data[:2] == struct.pack("!H", 1001)
        client.shutdown()
    assert [(visit.close_sent, visit.close_received) for visit in server.visits] == [(1001, None)] * 3


def test_rude_clients_leave_nothing(
    nothing_remains: None, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Half a handshake, none at all, garbage, resets in mid-message, and one who does not read what is said."""
    caplog.set_level(logging.INFO)
    with ws_server([says(b"x" * 10_000_000), echoes()]) as server:
        waiting = [socket.create_connection(server.address) for _ in range(4)]
        waiting[0].sendall(HELLO[:50])
        waiting[1].sendall(HELLO + b"\x81\xfe")
        waiting[2].sendall(HELLO)
        for garbage in (b"\xff\xfe\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"x" * 100_000):
            with socket.create_connection(server.address, timeout=10) as client:
                client.sendall(garbage)
                client.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionError):
                    read_all(client)
        with socket.create_connection(server.address) as vanishing:
            vanishing.sendall(HELLO + b"\x81\xfe\xff\xffhalf")
            vanishing.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for client in waiting:
        client.close()
    assert capfd.readouterr() == ("", "") and not caplog.records
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.address)


def test_who_connects_as_the_block_ends_is_not_forgotten(nothing_remains: None) -> None:
    """A connection that was accepted in the last moment is closed like the others."""
    for _ in range(20):
        with ws_server() as server:
            clients = [socket.create_connection(server.address, timeout=10) for _ in range(10)]
        for client in clients:
            with client, contextlib.suppress(ConnectionError):
                read_all(client)


def test_a_script_that_breaks_is_our_own_mistake() -> None:
    """It is raised where the block ends."""

    async def broken(connection: object, visit: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ServerBroke, match="ZeroDivisionError"):
        with ws_server([Line("breaks", broken)]) as server:
            answer_to(server, b"")


def test_the_library_can_also_be_the_client_of_a_server_that_students_write() -> None:
    """websockets speaks on a socket that was connected before, here with an endpoint played by hand."""
    ours, theirs = socket.socketpair()

    def student() -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += theirs.recv(1)
        key = head.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        theirs.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        theirs.sendall(b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        for _ in range(2):  # a message and a close frame, each sent back unmasked
            first, length = theirs.recv(2)
            mask = theirs.recv(4)
            payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(theirs.recv(length & 0x7F)))
            theirs.sendall(bytes([first, len(payload)]) + payload)
        theirs.close()

    answering = threading.Thread(target=student)
    answering.start()
    with connect("ws://student/", sock=ours, compression=None, open_timeout=10) as client:
        client.send("ahoy")
        assert client.recv(timeout=10) == "ahoy"
        client.close(4321)
    answering.join()
    assert client.close_code == 4321
