"""The stage: two real programs, told apart, taking turns, and always with the same story."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from autograde.lessons.stage import Actor, Stage, StageError
from autograde.servers.web import web

OPEN_LINE = [
    ("server", "import socket\nlistener = socket.create_server(('127.0.0.1', 0))\naddress = listener.getsockname()"),
    ("client", "import socket\nradio = socket.create_connection(address, timeout=20)\nradio.settimeout(None)"),
    ("server", "beam, caller = listener.accept()"),
]


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A stage with a server and a client, ended whatever the test did."""
    stage = Stage("server", "client")
    yield stage
    stage.end()


@pytest.fixture
def line(stage: Stage) -> Stage:
    """The same, with a connection: `radio` at the client's end and `beam` at the server's."""
    play(stage, OPEN_LINE[:1])
    server, client = stage
    client["address"] = server["address"]
    play(stage, OPEN_LINE[1:])
    return stage


def play(stage: Stage, cells: list[tuple[str, str]]) -> None:
    """Run some cells, each in the program that it names."""
    actors = {actor.name: actor for actor in stage}
    for name, code in cells:
        actors[name].run(code)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the notebook would show since the last look."""
    return capsys.readouterr().out.splitlines()


def test_each_program_is_a_process_of_its_own(stage: Stage) -> None:
    """Neither shares names with the other, and neither is this one."""
    server, client = stage
    for actor in stage:
        actor.run("import os\nnumber = os.getpid()")
    assert len({server["number"], client["number"], os.getpid()}) == 3
    with pytest.raises(NameError):
        server["no_such_name"]


def test_a_cell_shows_prints_and_its_last_value(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """As in a notebook, with the program's name before each line; None is not shown."""
    server, _ = stage
    server.run("print('one\\ntwo', end='')\n3 * 'x'")
    server.run("None")
    assert said(capsys) == ["server │ one", "server │ two", "server │ 'xxx'"]


def test_an_exception_is_two_plain_lines(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """The line of the cell and the error; a program goes on after it. A class of ours is not named in it."""
    server, _ = stage
    server.run("import socket\nsock = socket.socket()\nsock.bind('127.0.0.1', 0)")
    server.run("sock.close()")
    assert said(capsys) == [
        "server │ ✗ line 3: sock.bind('127.0.0.1', 0)",
        "server │ ✗ TypeError: socket.bind() takes exactly one argument (2 given)",
    ]


def test_a_cell_that_does_not_parse_says_so(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """A syntax error is an exception like any other."""
    server, _ = stage
    server.run("def (:")
    assert said(capsys) == ["server │ ✗ SyntaxError: invalid syntax"]


def test_a_blocked_call_gives_the_notebook_back(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """The cell ends with a word about who waits; what wakes the program shows its output."""
    server, client = line
    client.run("print('heard', radio.recv(100))")
    assert said(capsys) == ["client │ … waits in recv()"]
    server.run("beam.sendall(b'hello')")
    assert said(capsys) == ["client │ heard b'hello'"]


def test_a_waiting_program_takes_no_cell(line: Stage) -> None:
    """Its turn is not over: the sentence says in which call it is."""
    _, client = line
    client.run("radio.recv(1)")
    with pytest.raises(StageError, match=r"still in recv\(\)"):
        client.run("1")


def test_a_standstill_is_called_one(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Both wait for the other: said at once, drawn on request, and left by an interrupt."""
    server, client = line
    client.run("radio.recv(1)")
    server.run("beam.recv(1)")
    assert said(capsys)[-1] == "Standstill: server and client wait for each other."
    assert "recv() until client sends" in line.standstill().alt
    client.interrupt()
    assert said(capsys) == ["client │ ✗ KeyboardInterrupt"]


def test_two_full_senders_stand_still(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither reads, both send more than any buffer holds."""
    server, client = line
    client.run("radio.sendall(bytes(100_000_000))")
    server.run("beam.sendall(bytes(100_000_000))")
    assert said(capsys) == [
        "client │ … waits in sendall()",
        "server │ … waits in sendall()",
        "Standstill: server and client wait for each other.",
    ]


def test_a_long_send_goes_on_as_the_other_side_reads(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Every byte arrives, and the sender's cell ends under the reader's."""
    server, client = line
    client.run("radio.sendall(b'x' * 100_000_000)\nradio.close()\nprint('sent')")
    server.run("total = 0\nwhile piece := beam.recv(1 << 20):\n    total += len(piece)")
    assert server["total"] == 100_000_000
    assert said(capsys) == ["client │ … waits in sendall()", "client │ sent"]


def test_a_send_with_a_timeout_takes_a_part(line: Stage) -> None:
    """As the system's own: the result counts, and exactly so much arrives."""
    server, client = line
    client.run("radio.settimeout(20)\ntaken = radio.send(bytes(100_000_000))\nradio.close()")
    server.run("total = 0\nwhile piece := beam.recv(1 << 20):\n    total += len(piece)")
    assert 0 < client["taken"] == server["total"] < 100_000_000


def test_a_timeout_is_waited_out(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """A wait that ends by itself is no standstill."""
    _, client = line
    client.run("radio.settimeout(0.05)\nradio.recv(1)")
    assert said(capsys) == ["client │ ✗ line 2: radio.recv(1)", "client │ ✗ TimeoutError: timed out"]


def test_a_timeout_gives_way_to_what_comes(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """While one waits with a timeout, the other has its turn first."""
    server, client = line
    server.run("while piece := beam.recv(10):\n    beam.sendall(piece.upper())")
    said(capsys)
    client.run("radio.settimeout(20)\nradio.sendall(b'ping')\nradio.recv(10)")
    assert said(capsys) == ["client │ b'PING'", "server │ … waits in recv()"]


def test_all_bytes_sent_in_one_cell_are_there_for_the_next(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Six sends are read by two receipts, every time: the next cell does not run before they have arrived."""
    server, client = line
    for _ in range(50):
        client.run("for number in range(6): radio.send(b'12345')")
        server.run("print(beam.recv(16), beam.recv(100))")
    assert set(said(capsys)) == {"server │ b'1234512345123451' b'23451234512345'"}


def test_files_made_of_sockets_are_seen_too(line: Stage) -> None:
    """`makefile` sends and receives through the same socket."""
    server, client = line
    client.run("with radio.makefile('wb') as file: file.write(b'line\\n')")
    server.run("with beam.makefile('rb') as file: got = file.readline()")
    assert server["got"] == b"line\n"
    assert [e.kind for e in line.events() if e.size] == ["sends", "receives"]


def test_a_reset_is_recorded_as_one(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Closing with unread bytes aborts; the other side finds a reset."""
    server, client = line
    client.run("radio.sendall(b'unread')")
    server.run("beam.close()")
    client.run("radio.recv(1)")
    assert [e.kind for e in line.events()][-2:] == ["resets", "sees a reset"]
    assert "ConnectionResetError" in said(capsys)[-1]


def test_the_record_is_the_same_each_time() -> None:
    """Three runs of one conversation: one picture, one ruler, one staircase."""
    stories = {a_whole_play() for _ in range(3)}
    assert len(stories) == 1
    assert "server is blocked in accept()" in stories.pop()


def a_whole_play() -> str:
    """A conversation with waits on both sides, and everything that can be drawn of it."""
    stage = Stage("server", "client")
    server, client = stage
    play(stage, OPEN_LINE[:1])
    client["address"] = server["address"]
    server.run("beam, caller = listener.accept()\nwhile p := beam.recv(7):\n    beam.sendall(p)\nbeam.close()")
    client.run(OPEN_LINE[1][1] + "\nradio.sendall(b'twenty bytes of text')\nradio.recv(7)")
    client.run("radio.shutdown(socket.SHUT_WR)\nwhile radio.recv(100): pass\nradio.close()")
    pictures = [stage.picture(), stage.ruler("client", "server"), stage.staircase("server", "client")]
    server.run("listener.close()")
    stage.close()
    return "".join(picture.svg for picture in pictures)


def test_a_new_scene_leaves_the_old_one_out(line: Stage) -> None:
    """The pictures begin where the scene does; who has which address is not forgotten."""
    _, client = line
    line.new_scene()
    client.run("radio.sendall(b'x')")
    assert line.picture().alt.splitlines()[1:] == ["  1. client sends 1 byte to server: b'x'"]


def test_a_picture_can_leave_out_who_waited(line: Stage) -> None:
    """Where many wait in turn, what they sent each other is easier to follow without."""
    server, client = line
    line.new_scene()
    client.run("radio.recv(1)")
    server.run("beam.sendall(b'x')")
    assert "blocked" in line.picture().alt and "blocked" not in line.picture(waits=False).alt
    assert len(line.picture(waits=False).alt.splitlines()) == 3


def test_no_port_gets_into_a_picture(line: Stage) -> None:
    """What is stored of a lesson must not change with the ports of a run."""
    server, _ = line
    assert str(server["address"][1]) not in str(line.picture()._repr_mimebundle_())


def test_a_partner_outside_the_stage_is_waited_for(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is on record of what it does, so its answer is awaited; its lane has the name that it was given."""
    _, client = stage
    with web({"/": "Hello!"}) as site:
        stage.record.name(f"{site.host}:{site.port}", "web")
        client["address"] = site.address
        client.run("import socket\nradio = socket.create_connection(address)")
        client.run("radio.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')\nwhile piece := radio.recv(1): last = piece")
        client.run("radio.close()\nlast")
    assert said(capsys) == ["client │ b'!'"]
    assert stage.picture(rows=8).alt.splitlines()[2] == "  2. client connects to web"


def test_close_wants_everything_closed(line: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """A forgotten socket is named with its owner, and the processes are ended all the same."""
    server, client = line
    client.run("radio.close()")
    server.run("listener.close()")
    with pytest.raises(AssertionError, match="server left 1 sockets"):
        line.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hears")]


def test_close_wants_nobody_waiting(line: Stage) -> None:
    """A program that is still inside a call has not finished its play."""
    _, client = line
    client.run("radio.recv(1)")
    with pytest.raises(AssertionError, match="client left 1 waits"):
        line.close()


def test_a_good_end_says_so(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing open: one sentence, and closing twice does no harm."""
    stage.close()
    stage.close()
    assert said(capsys) == ["Nothing is left open: server and client closed every socket and ended."]


def test_a_program_that_ends_itself_is_noticed(stage: Stage) -> None:
    """A sentence that says what to do, not a hang."""
    server, _ = stage
    with pytest.raises(StageError, match="Start again"):
        server.run("import os\nos._exit(3)")


def test_a_program_that_does_not_come_back_is_ended(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless loop costs its patience and no more."""
    monkeypatch.setattr("autograde.lessons.stage.PATIENCE", 0.3)
    server, _ = stage
    with pytest.raises(StageError, match="did not come back"):
        server.run("while True: pass")


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the program is ended")
def test_stopping_the_notebook_stops_the_program(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """The stop button reaches the cell that runs in the other process, and that program goes on after it."""
    server, _ = stage
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job is born deaf to SIGINT
    try:
        server.run("import os, signal, time\nos.kill(os.getppid(), signal.SIGINT)\nwhile True: time.sleep(60)")
    finally:
        signal.signal(signal.SIGINT, before)
    server.run("'alive'")
    assert said(capsys)[1:] == ["server │ ✗ KeyboardInterrupt", "server │ 'alive'"]


def test_what_is_printed_is_bounded(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """A cell cannot make the notebook huge; the next one prints again."""
    server, _ = stage
    server.run("print('x' * 1_000_000)\nprint('lost')")
    server.run("print('back')")
    *shown, last = said(capsys)
    assert len("".join(shown)) < 5000 and "cut" in shown[0] and last == "server │ back"


def test_an_actor_ends_with_its_notebook() -> None:
    """When the process that opened the stage dies, its programs follow at once."""
    code = (
        "import os\nfrom autograde.lessons import Stage\nstage = Stage('server')\n"
        "print(stage.actors[0]._process.pid, flush=True)\nos._exit(0)"
    )
    # The program inherits stderr, and the call below returns only when the last holder of that pipe is gone.
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=True)
    assert run.stdout.strip().isdigit() and run.stderr == b""


def test_an_actor_shows_its_state(line: Stage) -> None:
    """A glance at the variable says what the program does."""
    actors: list[Actor] = list(line)
    actors[1].run("radio.recv(1)")
    assert repr(actors) == "[<server: ready>, <client: waits in recv()>]"
