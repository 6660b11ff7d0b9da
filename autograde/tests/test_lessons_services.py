"""Servers for lessons about clients: what passes is told in whole messages, and what is left behind is found."""

from __future__ import annotations

import socket
import threading
import urllib.request

import pytest

from autograde.lessons.ftp_trace import TracedFTP
from autograde.lessons.services import Services, joined
from autograde.servers.ftp import ftp
from autograde.servers.site import answers, site
from autograde.wire.picture import sequence
from autograde.wire.transcript import Event, Transcript


def test_a_message_is_one_row_however_it_was_cut() -> None:
    """Sends that follow each other are joined, those of others are not; ends are left out."""
    tape = Transcript()
    tape.add("student", "connects", to="web", via="relay")
    for piece in (b"GET ", b"/"):
        tape.add("student", "sends", to="web", data=piece, via="relay")
    tape.add("web", "sends", to="student", data=b"200")
    tape.add("web", "half-closes", to="student")
    told = [(event.kind, event.lane, event.data, event.size, event.via) for event in joined(tape)]
    assert told == [
        ("connects", "student", b"", 0, ""), ("sends", "student", b"GET /", 5, ""), ("sends", "web", b"200", 3, ""),
    ]  # fmt: skip
    assert list(joined([])) == list[Event]()


def test_a_lesson_is_drawn_scene_by_scene(capsys: pytest.CaptureFixture[str]) -> None:
    """The picture has what happened since the scene began, through the relay, without naming it."""
    services = Services()
    line = services.relay(services.open(site({"/tide": answers([b"high ", b"and low"])})), "web")
    for _ in range(2):
        services.new_scene()
        with urllib.request.urlopen(f"http://{line.host}:{line.port}/tide", timeout=10) as response:
            assert response.read() == b"high and low"
    told = services.picture("One visit").alt.splitlines()
    assert [row.split(". ")[1].split(" ")[:2] for row in told[1:]] == [
        ["your", "code"],
        ["your", "code"],
        ["web", "sends"],
    ]
    services.close()
    assert capsys.readouterr().out.startswith("Nothing is left open")


@pytest.mark.parametrize("thing", ["sockets", "threads"])
def test_what_a_lesson_leaves_behind_is_found(thing: str) -> None:
    """A socket or a thread that is still there when the servers have ended."""
    services, wait = Services(), threading.Event()
    sock = socket.socket() if thing == "sockets" else None
    left = threading.Thread(target=wait.wait, name="forgotten")
    if thing == "threads":
        left.start()
    with pytest.raises(AssertionError, match="left 1 sockets open" if sock else "left threads: forgotten"):
        services.close()
    wait.set()
    if sock:
        sock.close()
    else:
        left.join()


def test_the_first_cell_may_be_run_again() -> None:
    """It ends the servers that it had started."""
    first = Services()
    server = first.open(site())
    second = Services()
    with pytest.raises(OSError):
        socket.create_connection(server.address, timeout=10).close()
    second.close()


def test_an_ftp_session_is_told_from_the_clients_side() -> None:
    """Commands, replies line by line, and each transfer as one event on a lane of its own; no port is told."""
    with ftp({"tides.txt": b"high\r\nlow\r\n"}) as server, TracedFTP() as client:
        client.connect(server.host, server.port, timeout=10)
        client.login(server.user, server.password)
        got: list[bytes] = []
        client.retrbinary("RETR tides.txt", got.append)
        client.storbinary("STOR new.txt", __import__("io").BytesIO(b"new"))
        client.quit()
    assert b"".join(got) == b"high\r\nlow\r\n" and server.files["new.txt"] == b"new"
    told = [(one.lane, one.kind, one.to, one.data) for one in client.transcript]
    for lane, data in (("data 1", b"high\r\nlow\r\n"), ("client", b"new")):
        assert [data for at, kind, to, data in told if at == lane and kind == "sends" and "data" in at + to] == [data]
    kinds = [kind for at, kind, to, _ in told if "data 1" in (at, to)]
    assert kinds == ["connects", "sends", "sees the end", "closes"]
    (passive, _) = [data for lane, _, _, data in told if data.startswith(b"227")]
    assert passive.endswith(b"(127,0,0,1,..,..).\r\n")
    assert sum(data == b"1.. transfer begins\r\n" for _, _, _, data in told) == 2
    words = sequence(client.transcript, lanes=["client", "control"]).alt
    assert str(server.port) not in words and "client sends 3 bytes to data 2" in words
