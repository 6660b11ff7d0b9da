"""The stage with datagrams, with a relay between two programs, and with Unix sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.lessons.stage import Stage
from autograde.tests.drawings import overlapping_texts, texts, texts_outside
from autograde.tests.test_lessons_stage import said
from autograde.wire.datagram_faults import Rule, corrupts, drops, duplicates, reorders

LAMP = """
import socket
lamp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
lamp.bind(('127.0.0.1', 0))
address = lamp.getsockname()
"""
SIGNAL = "import socket\nsignal = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
ANSWERING = "while True:\n    data, who = lamp.recvfrom(1000)\n    lamp.sendto(data.upper(), who)"

needs_unix = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this Python has no Unix sockets")


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A server with a bound UDP socket `lamp`, and a client with one named `signal` that knows its address."""
    stage = Stage("server", "client")
    server, client = stage
    server.run(LAMP)
    client["address"] = server["address"]
    client.run(SIGNAL)
    stage.new_scene()
    yield stage
    stage.end()


def facts(stage: Stage) -> list[tuple[str, str, str, bytes]]:
    """Who did what to whom in this scene, system calls left out."""
    return [(e.lane, e.kind, e.to, e.data) for e in stage.events() if e.kind != "system call"]


def test_a_datagram_and_its_answer_are_on_record(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its lanes, although neither socket is connected; the waiting server has its turn at once."""
    server, client = stage
    server.run(ANSWERING)
    client.run("signal.sendto(b'where am i?', address)")
    client.run("print(signal.recvfrom(100) == (b'WHERE AM I?', address))")
    assert facts(stage) == [
        ("server", "is blocked", "", b""),
        ("client", "sends", "server", b"where am i?"),
        ("server", "receives", "client", b"where am i?"),
        ("server", "sends", "client", b"WHERE AM I?"),
        ("server", "is blocked", "", b""),
        ("client", "receives", "server", b"WHERE AM I?"),
    ]
    assert said(capsys) == [
        "server │ … waits in recvfrom()", "client │ 11", "server │ … waits in recvfrom()", "client │ True",
    ]  # fmt: skip
    assert {e.unit for e in stage.events() if e.size} == {"datagram"}


@pytest.mark.parametrize(
    "receipt",
    [
        "lamp.recv(4)", "lamp.recvfrom(4)[0]", "bytes(room[: lamp.recv_into(room)])", "lamp.recvmsg(4)[0]",
        "bytes(room[: lamp.recvfrom_into(room)[0]])", "bytes(room[: lamp.recv_into(room, 4)])",
    ],
)  # fmt: skip
def test_every_way_to_receive_waits_and_is_recorded(
    stage: Stage, receipt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What does not fit is gone; the next call gets the next datagram, and an empty one is no end."""
    server, client = stage
    server.run(f"room = bytearray(4)\nprint([{receipt}, {receipt}, {receipt}])")
    client.run("for data in (b'abcdefgh', b'', b'xy'): signal.sendto(data, address)")
    assert said(capsys)[-1] == "server │ [b'abcd', b'', b'xy']"
    assert [e.size for e in stage.events() if e.kind == "receives"] == [4, 0, 2]


def test_a_connected_socket_sends_without_an_address_and_hears_its_partner_only(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """`connect` tells nobody anything; a stranger's datagram does not arrive."""
    server, client = stage
    client.run("signal.connect(address)\nsignal.send(b'1')\nsignal.sendall(b'2')\nown = signal.getsockname()")
    server["client_at"] = client["own"]
    server.run("print(lamp.recv(9), lamp.recvfrom(9)[1] == client_at)")
    server.run("stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nstranger.sendto(b'false', client_at)")
    server.run("lamp.sendto(b'true', client_at)")
    client.run("signal.recv(100)")
    assert said(capsys) == ["server │ b'1' True", "server │ 5", "server │ 4", "client │ b'true'"]
    assert facts(stage)[:2] == [("client", "sends", "server", b"1"), ("client", "sends", "server", b"2")]


def test_nobody_there_is_told_to_a_connected_socket_only(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """The other one waits until its time is over."""
    server, client = stage
    server.run("lamp.close()")
    client.run("signal.settimeout(0.05)\nsignal.sendto(b'?', address)\nsignal.recvfrom(100)")
    client.run("signal.connect(address)\nsignal.send(b'?')\nsignal.recv(100)")
    errors = [line for line in said(capsys) if "Error" in line]
    assert [error.split(":")[0] for error in errors] == ["client │ ✗ TimeoutError", "client │ ✗ ConnectionRefusedError"]
    assert facts(stage)[-1] == ("client", "raises", "", b"")


def test_closing_a_datagram_socket_tells_nobody(stage: Stage) -> None:
    """No arrow, no reset, even with something unread."""
    server, client = stage
    client.run("signal.connect(address)\nsignal.send(b'unread')\nsignal.close()")
    server.run("lamp.close()")
    assert facts(stage)[-2:] == [("client", "closes", "", b""), ("server", "closes", "", b"")]


@pytest.mark.parametrize(
    ("rule", "arrives"),
    [
        (drops(2), [b"1", b"3", b"4"]),
        (duplicates(1), [b"1", b"1", b"2", b"3", b"4"]),
        (reorders(2), [b"1", b"3", b"2", b"4"]),
    ],
)
def test_a_relay_between_two_programs(stage: Stage, rule: Rule, arrives: list[bytes]) -> None:
    """What it does is on record, and what arrives has arrived when the next cell runs: the same in every run."""
    relayed(stage, rule)
    server, client = stage
    client.run("for number in b'1234': signal.sendto(bytes([number]), address)")
    server.run("lamp.settimeout(0.05)\ngot = []\ntry:\n    while True: got.append(lamp.recv(9))\nexcept OSError: pass")
    assert server["got"] == arrives
    received = [(e.to, e.data) for e in stage.events() if e.kind == "receives"]
    assert received == [("client", data) for data in arrives]


def relayed(stage: Stage, *rules: Rule, back: tuple[Rule, ...] = ()) -> None:
    """Put a relay between client and server."""
    server, client = stage
    boats = stage.datagram_relay("client", "server", server["address"], to_server=rules, to_client=back, lane="boats")
    client["address"] = boats.address


def test_the_picture_with_a_relay_tells_each_fate_once(stage: Stage) -> None:
    """The relay stands between the two; no send is drawn twice, and no receipt as an arrow of its own."""
    relayed(stage, drops(1), duplicates(2), reorders(3))
    server, client = stage
    client.run("for word in (b'one', b'two', b'three', b'four'): signal.sendto(word, address)")
    server.run("for call in range(4): lamp.recv(100)")
    picture = stage.picture("Through the boats")
    assert picture.alt.splitlines()[1:] == [
        "  1. client sends 3 bytes to server: b'one', lost by boats",
        "  2. client sends 3 bytes to server: b'two', through boats",
        "  3. boats sends 3 bytes to server: b'two' (again)",
        "  4. client sends 5 bytes to server: b'three', held by boats",
        "  5. client sends 4 bytes to server: b'four', through boats",
        "  6. boats sends 5 bytes to server: b'three' (late)",
        "  7. server receives 3 bytes from client: b'two'",
        "  8. server receives 3 bytes from client: b'two'",
        "  9. server receives 4 bytes from client: b'four'",
        " 10. server receives 5 bytes from client: b'three'",
    ]
    assert [text for text in texts(picture) if text in ("client", "boats", "server")] == ["server", "boats", "client"]
    assert [text for text in texts(picture) if text.startswith("receives")][::3] == [
        "receives b'two'", "receives b'three'",
    ]  # fmt: skip
    assert overlapping_texts(picture) == [] and texts_outside(picture) == []


def test_a_receipt_of_what_was_held_is_no_second_arrow(stage: Stage) -> None:
    """Nothing ever went straight through, and still the relay's arrow explains what was received."""
    relayed(stage, corrupts(1))
    server, client = stage
    client.run("signal.sendto(b'abc', address)")
    server.run("lamp.recv(9)")
    assert stage.picture().alt.splitlines()[-1] == "  3. server receives 3 bytes from client: b'ab#'"


def test_answers_come_back_through_the_relay(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """The server answers whom it heard; each way has its rules, and a retry follows a timeout."""
    relayed(stage, back=(drops(1),))
    server, client = stage
    server.run(ANSWERING)
    client.run(
        "signal.settimeout(0.05)\nfor attempt in (1, 2):\n    signal.sendto(b'tide?', address)\n"
        "    try: print(attempt, signal.recvfrom(100)[0])\n    except TimeoutError: print(attempt, 'nothing')"
    )
    assert [line for line in said(capsys) if line.startswith("client")] == ["client │ 1 nothing", "client │ 2 b'TIDE?'"]
    fates = [(e.lane, e.kind, e.via) for e in stage.events() if e.via]
    assert fates == [
        ("client", "sends", "boats"), ("server", "is lost", "boats"),
        ("client", "sends", "boats"), ("server", "sends", "boats"),
    ]  # fmt: skip


def test_the_story_with_a_relay_is_the_same_each_time() -> None:
    """Three runs with chance on both ways: one picture."""
    assert len({a_rough_night() for _ in range(3)}) == 1


def a_rough_night() -> str:
    """Twenty questions through a bad relay, drawn."""
    stage = Stage("server", "client")
    server, client = stage
    server.run(LAMP)
    client.run(SIGNAL)
    relayed(stage, drops(rate=0.3), duplicates(rate=0.3), back=(drops(rate=0.3), reorders(rate=0.3)))
    server.run(ANSWERING)
    client.run("for number in range(20): signal.sendto(b'%d' % number, address)\nsignal.close()")
    picture = stage.picture(rows=200)
    server.interrupt()
    server.run("lamp.close()")
    stage.close()
    return picture.svg


@needs_unix
def test_a_stream_at_a_path_is_a_stream(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Waits, lanes and ends are as over TCP, although the client's end has no name; the path is in no picture."""
    stage = Stage("server", "client")
    server, client = stage
    server["path"] = client["path"] = str(tmp_path / "lamp")
    server.run(
        "import socket\nlistener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)\n"
        "listener.bind(path)\nlistener.listen()\nbeam, _ = listener.accept()\nprint(beam.recv(10), beam.recv(10))"
    )
    client.run("import socket\nradio = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)\nradio.connect(path)")
    client.run("radio.sendall(b'hello')\nradio.close()")
    server.run("beam.close()\nlistener.close()")
    assert said(capsys) == [
        "server │ … waits in accept()", "server │ … waits in recv()", "server │ b'hello' b''",
    ]  # fmt: skip
    assert [fact[:3] for fact in facts(stage)] == [
        ("server", "listens", ""), ("server", "is blocked", ""), ("client", "connects", "server"),
        ("server", "accepts", "client"), ("server", "is blocked", "client"), ("client", "sends", "server"),
        ("client", "closes", "server"), ("server", "receives", "client"), ("server", "sees the end", "client"),
        ("server", "closes", "client"), ("server", "closes", ""),
    ]  # fmt: skip
    assert str(tmp_path) not in str(stage.picture()._repr_mimebundle_())
    stage.close()


@needs_unix
def test_two_callers_at_one_path_are_told_apart(tmp_path: Path) -> None:
    """They are let in in the order in which they came."""
    stage = Stage("server", "ship", "boat")
    for actor in stage:
        actor["path"] = str(tmp_path / "lamp")
    server, *callers = stage
    server.run(
        "import socket\nlistener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)\n"
        "listener.bind(path)\nlistener.listen()"
    )
    for caller in callers:
        caller.run("import socket\nradio = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)\nradio.connect(path)")
    server.run("for number in range(2):\n    with listener.accept()[0] as beam: beam.sendall(b'hello')")
    assert [e.to for e in stage.events() if e.kind in ("accepts", "sends")] == ["ship", "ship", "boat", "boat"]
    for caller in callers:
        caller.run("radio.close()")
    server.run("listener.close()")
    stage.close()


@needs_unix
def test_datagrams_at_a_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who has a path of its own gets an answer; a full queue makes the sender wait, and nothing is lost."""
    stage = Stage("server", "client")
    server, client = stage
    for actor in stage:
        actor["path"] = str(tmp_path / "lamp")
        actor.run("import socket\nsock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)")
    server.run("sock.bind(path)")
    client.run("sock.bind(path + '.client')\nsock.connect(path)\nfor number in range(1000): sock.send(b'%d' % number)")
    server.run("got = [sock.recvfrom(100) for call in range(1000)]\nsock.sendto(b'thanks', got[0][1])")
    client.run("sock.recv(100)")
    assert server["got"][-1] == (b"999", str(tmp_path / "lamp.client"))
    assert said(capsys) == ["client │ … waits in send()", "server │ 6", "client │ b'thanks'"]
    for actor in stage:
        actor.run("sock.close()")
    stage.close()
