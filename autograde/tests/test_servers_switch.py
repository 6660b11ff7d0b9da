"""The switch: as awkward as a device, driven by Telnet clients that we did not write."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import struct
import subprocess
from subprocess import PIPE
from typing import Any

import pytest

from autograde.servers.hosting import ServerBroke
from autograde.servers.switch import ERASE, MORE, device_name, switch
from autograde.servers.telnet import (
    DO,
    ECHO,
    IAC,
    NOP,
    PROPOSALS,
    SB,
    TERMINAL_TYPE,
    WILL,
    WINDOW_SIZE,
    WONT,
    split_telnet,
)
from autograde.tests.observers import read_all
from autograde.tests.programs import path_of, run_program

COMMANDS = {"show clock": "12:00\n", "show name": "I am core-1# and no other.\ncore-1#\nEnd.\n"}
TWELVE = "".join(f"line {number}\n" for number in range(12))
LOGIN = b"admin\r\nharbor\r\n"


def talk(server: switch, typed: bytes) -> bytes:
    """What the device says to a client that types everything at once and hangs up; Telnet's commands left out."""
    with socket.create_connection(server.address, timeout=10) as client:
        client.sendall(typed)
        client.shutdown(socket.SHUT_WR)
        return split_telnet(read_all(client))[0]


def after_login(screen: bytes) -> bytes:
    """What stands after the first prompt."""
    return screen.split(b"Password: \r\ncore-1#", 1)[1]


@pytest.mark.parametrize(
    ("stream", "text", "said", "rest"),
    [
        (b"plain", b"plain", [], b""),
        (b"a\xff\xffb", b"a\xffb", [], b""),
        (b"a\xff\xfd\x18b", b"ab", [("DO", 24)], b""),
        (b"\xff\xfb\x01\xff\xfe\x03", b"", [("WILL", 1), ("DONT", 3)], b""),
        (b"a\xff\xf1b\xff\xf9", b"ab", [], b""),
        (b"\xff\xfa\x1f\x00\xff\xff\xf0\x18\xff\xf0x", b"x", [("SB", 31)], b""),
        (b"\xff\xfa\x18\xff\xff\xff\xf0x", b"x", [("SB", 24)], b""),
        (b"a\xff", b"a", [], b"\xff"),
        (b"a\xff\xfd", b"a", [], b"\xff\xfd"),
        (b"a\xff\xfa\x18\x01\xff\xff\xf0", b"a", [], b"\xff\xfa\x18\x01\xff\xff\xf0"),
        (b"\xff\xff\xff\xff\xfd\x18", b"\xff\xff\xfd\x18", [], b""),
    ],
)
def test_a_stream_is_parted(stream: bytes, text: bytes, said: list[tuple[str, int]], rest: bytes) -> None:
    """Text, commands and the beginning of a command are told apart, doubled 0xFF and subnegotiations included."""
    assert split_telnet(stream) == (text, said, rest)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_cuts_do_not_matter(size: int) -> None:
    """In whatever pieces a stream comes, the text and the commands are the same."""
    stream = b"a" + PROPOSALS + b"\xff\xff core" + bytes([IAC, NOP]) + b"-1#"
    said: list[tuple[str, int]] = []
    text = rest = b""
    for at in range(0, len(stream), size):
        more, also, rest = split_telnet(rest + stream[at : at + size])
        text, said = text + more, said + also
    assert (text, said, rest) == (*split_telnet(stream)[:2], b"")


def test_the_whole_screen_is_known() -> None:
    """Options, banner, questions, echo, outputs and prompts come as scripted, and the password is not echoed."""
    with switch({"show clock": "12:00\n"}, banner="Hello.\n") as server, socket.create_connection(server.address) as c:
        c.sendall(LOGIN + b"show clock\r\n\r\nnonsense\r\nexit\r\n")
        screen = read_all(c)
    dialogue = (
        b"Hello.\r\nUsername: admin\r\nPassword: \r\ncore-1#show clock\r\n12:00\r\ncore-1#\r\ncore-1#nonsense\r\n"
    )
    assert screen == PROPOSALS + dialogue + b"% Unknown command: nonsense\r\ncore-1#exit\r\n"
    assert server.sessions[0].commands == ["show clock", "nonsense", "exit"]


def test_without_echo_only_the_answers_are_sent() -> None:
    """A device may leave the echo to the client's terminal."""
    with switch(COMMANDS, echo=False) as server:
        screen = talk(server, LOGIN + b"show clock\r\n")
    assert screen.endswith(b"Username: Password: core-1#12:00\r\ncore-1#")


def test_a_prompt_may_occur_inside_the_output() -> None:
    """Outputs are sent as given, even where they look like a prompt."""
    with switch(COMMANDS) as server:
        screen = after_login(talk(server, LOGIN + b"show name\r\n"))
    assert screen == b"show name\r\nI am core-1# and no other.\r\ncore-1#\r\nEnd.\r\ncore-1#"


def test_every_line_end_of_telnet_ends_a_line() -> None:
    """CR LF, CR NUL, LF alone and CR alone each end one line, and no more than one."""
    with switch(COMMANDS) as server:
        talk(server, b"admin\r\0harbor\nshow clock\r\nshow name\rexit\r\0")
    assert server.sessions[0].commands == ["show clock", "show name", "exit"]


def test_a_wrong_password_is_refused_three_times() -> None:
    """Then the device hangs up. Each attempt is recorded with what was typed."""
    with switch(COMMANDS) as server:
        screen = talk(server, b"admin\r\nwrong\r\nroot\r\nharbor\r\nadmin\r\n\r\n" + LOGIN)
    assert (
        screen.count(b"% Login invalid") == 3 and screen.endswith(b"% Bad passwords\r\n") and b"core-1#" not in screen
    )
    logins = [(login.user, login.password, login.accepted) for login in server.sessions[0].logins]
    assert logins == [("admin", "wrong", False), ("root", "harbor", False), ("admin", "", False)]


@pytest.mark.parametrize(
    ("typed", "keys", "pages"),
    [
        (b"  ", [b" ", b" "], [range(5), range(5, 10), range(10, 12)]),
        (b"\r\n ", [b"\n", b" "], [range(5), range(5, 6), range(6, 11)]),
        (b"xq", [b"q"], [range(5), range(0)]),
    ],
)
def test_the_pager_waits_for_keys(typed: bytes, keys: list[bytes], pages: list[range]) -> None:
    """Space shows a page, Enter a line, q ends; other keys do nothing. "--More--" is written over after a key."""
    with switch({"show": TWELVE}, page=5) as server:
        screen = after_login(talk(server, LOGIN + b"show\r\n" + typed))
    shown = [b"".join(b"line %d\r\n" % number for number in page) for page in pages]
    assert screen.startswith(b"show\r\n" + (MORE + ERASE).join(shown))
    assert server.sessions[0].keys == keys


def test_an_output_of_whole_pages_asks_no_more() -> None:
    """The pager does not stop where nothing follows."""
    with switch({"show": "a\nb\n"}, page=2) as server:
        assert MORE not in talk(server, LOGIN + b"show\r\n")


def test_bytes_are_sent_as_they_are_but_for_the_doubled_ff() -> None:
    """Output given as bytes keeps its line ends; 0xFF is doubled on the wire (RFC 854)."""
    with switch({"dump": b"\xff\xff\n\xfe"}, options=b"", echo=False) as server:
        with socket.create_connection(server.address) as client:
            client.sendall(LOGIN + b"dump\r\nexit\r\n")
            assert b"core-1#\xff\xff\xff\xff\n\xfecore-1#" in read_all(client)


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        (b"\xff\xfc\x18\xff\xfc\x1f\xff\xfe\x01\xff\xfe\x03", True),
        (b"\xff\xfc\x18\xff\xfc\x1f\xff\xfe\x01", False),
        (b"\xff\xfc\x18\xff\xfc\x1f\xff\xfd\x01\xff\xfe\x03", False),
        (b"\xff\xfc\x18\xff\xfc\x1f\xff\xfe\x01\xff\xfe\x03\xff\xfa\x18\x00vt100\xff\xf0", False),
        (b"", False),
    ],
)
def test_it_knows_whether_everything_was_refused(answers: bytes, refused: bool) -> None:
    """Silence is not a refusal, and one agreement is enough not to have refused."""
    with switch(COMMANDS) as server:
        talk(server, answers + LOGIN + b"exit\r\n")
    session = server.sessions[0]
    assert session.refused_everything is refused and session.logins[0].accepted


def test_what_it_did_not_propose_it_refuses_once() -> None:
    """A client's own wishes are answered with DONT and WONT; answers to its proposals are not answered again."""
    with switch(COMMANDS, options=bytes([IAC, DO, WINDOW_SIZE])) as server:
        with socket.create_connection(server.address) as client:
            client.sendall(
                bytes([IAC, WILL, WINDOW_SIZE, IAC, WILL, TERMINAL_TYPE, IAC, DO, ECHO]) + LOGIN + b"exit\r\n"
            )
            said = split_telnet(read_all(client))[1]
    assert said == [("DO", WINDOW_SIZE), ("DONT", TERMINAL_TYPE), ("WONT", ECHO)]


def test_a_late_answer_about_an_option_is_recorded() -> None:
    """A client that types ahead may answer when the session is over; nothing is sent to it any more."""
    with switch(COMMANDS, banner="", options=bytes([IAC, DO, WINDOW_SIZE])) as server:
        with socket.create_connection(server.address) as client:
            client.sendall(LOGIN + b"exit\r\n")
            said = read_all(client)
            client.sendall(bytes([IAC, WONT, WINDOW_SIZE, IAC, DO, ECHO]) + b"more")
            client.shutdown(socket.SHUT_WR)
    assert said.endswith(b"exit\r\n") and server.sessions[0].said == [("WONT", WINDOW_SIZE), ("DO", ECHO)]


def test_bytes_can_come_before_each_prompt() -> None:
    """A client that looks for options only at login is found out."""
    with (
        switch(COMMANDS, before_prompt=bytes([IAC, NOP])) as server,
        socket.create_connection(server.address) as client,
    ):
        client.sendall(LOGIN + b"show clock\r\nexit\r\n")
        assert read_all(client).count(b"\xff\xf1core-1#") == 2


def test_five_megabytes_come_whole() -> None:
    """A long output arrives whole, also where the client reads slowly at first."""
    log = b"2024-05-17 12:00:00 quay-7 all is well\r\n" * 131_072
    with switch({"show log": log}, echo=False) as server:
        screen = talk(server, LOGIN + b"show log\r\n")
    assert screen.endswith(log + b"core-1#") and len(log) > 5_000_000


def test_names_are_drawn_from_a_seed() -> None:
    """The same seed gives the same names, and names differ."""
    names = [[device_name(rng) for _ in range(20)] for rng in (random.Random(7), random.Random(7))]
    assert names[0] == names[1] and len(set(names[0])) > 5


@pytest.mark.drives(client="curl", server="switch", feature="telnet://, options agreed")
def test_curl_logs_in() -> None:
    """curl's Telnet client negotiates options, logs in and sees the output."""
    with switch(COMMANDS) as server:
        done = run_program(
            "curl", "-s", f"telnet://{server.host}:{server.port}", stdin=LOGIN + b"show clock\r\nexit\r\n"
        )
    assert b"show clock\r\n12:00\r\ncore-1#" in done.stdout and b"\xff" not in done.stdout
    assert server.sessions[0].commands == ["show clock", "exit"] and server.sessions[0].said


@pytest.mark.drives(client="telnet", server="switch", feature="options agreed, login, commands")
def test_the_program_telnet_logs_in() -> None:
    """The system's telnet agrees to all it is asked, answers the subnegotiation, and shows the session."""
    with switch(COMMANDS) as server:
        command = [path_of("telnet"), server.host, str(server.port)]
        with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as client:
            assert client.stdin and client.stdout
            shown = b""
            while b"Username: " not in shown:
                piece = os.read(client.stdout.fileno(), 1000)
                assert piece, shown
                shown += piece
            client.stdin.write(b"admin\nharbor\nshow clock\nexit\n")
            client.stdin.flush()  # and left open: telnet leaves at the end of its input
            assert b"core-1#show clock\r\n12:00\r\n" in client.stdout.read()
    session = server.sessions[0]
    assert ("SB", TERMINAL_TYPE) in session.said and not session.refused_everything
    assert session.commands == ["show clock", "exit"]


@pytest.mark.filterwarnings("ignore:'telnetlib' is deprecated:DeprecationWarning")
@pytest.mark.drives(client="telnetlib", server="switch", feature="everything refused, pager, NOP, doubled 0xFF")
def test_telnetlib_refuses_everything() -> None:
    """The library that Python had until 3.12 refuses all options, and reads login, pager and binary output."""
    telnetlib = pytest.importorskip("telnetlib", reason="telnetlib left the standard library with Python 3.13")
    commands: dict[str, str | bytes] = {"show": TWELVE, "dump": b"\xff\r\n"}
    with switch(commands, page=10, before_prompt=bytes([IAC, NOP])) as server:
        with telnetlib.Telnet(server.host, server.port, timeout=10) as client:
            for question, answer in [(b"Username: ", b"admin"), (b"Password: ", b"harbor"), (b"#", b"show")]:
                client.read_until(question, 10)
                client.write(answer + b"\r\n")
            assert client.read_until(MORE, 10) == b"show\r\n" + TWELVE.encode().replace(b"\n", b"\r\n")[:80] + MORE
            client.write(b" ")
            assert client.read_until(b"#", 10) == ERASE + b"line 10\r\nline 11\r\ncore-1#"
            client.write(b"dump\r\nexit\r\n")
            assert client.read_all() == b"dump\r\n\xff\r\ncore-1#exit\r\n"
    assert server.sessions[0].refused_everything and server.sessions[0].keys == [b" "]


@pytest.mark.usefixtures("nothing_remains")
def test_rude_clients_leave_nothing_behind(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Clients that reset in a command, do not read, send endless lines, or stay, cost no thread, word or error."""
    log = b"x" * 5_000_000
    with contextlib.ExitStack() as stay, switch({"show log": log}) as server:
        for typed in (b"", b"admin\r\nhar", b"\xff", b"\xff\xfa\x18", LOGIN + b"show log\r\n"):
            stay.enter_context(socket.create_connection(server.address)).sendall(typed)
            with socket.create_connection(server.address) as client:
                client.sendall(typed)
                client.recv(1)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for endless in (b"a" * 200_000, bytes([IAC, SB, 1]) + b"a" * 200_000, bytes([IAC, WILL, ECHO]) * 100_000):
            with socket.create_connection(server.address, timeout=10) as client, contextlib.suppress(ConnectionError):
                client.sendall(endless)
                read_all(client)
    assert capfd.readouterr() == ("", "") and not caplog.records


def test_what_was_sent_before_leaving_is_recorded() -> None:
    """A client that does not wait for the last answer is still on the record, though the block ends at once."""
    for _ in range(20):
        with switch(COMMANDS, options=b"", banner="") as server:
            with socket.create_connection(server.address) as client:
                client.sendall(LOGIN)
                while not (piece := client.recv(1000)).endswith(b"#"):
                    assert piece
                client.sendall(b"exit\r\n")
        assert server.sessions[0].commands == ["exit"]


def test_what_breaks_in_the_server_is_raised_at_its_end() -> None:
    """A mistake of an author, such as an output that is neither text nor bytes, is no fault of the client."""
    commands: Any = {"show": 7}
    with pytest.raises(ServerBroke, match="the switch server broke"), switch(commands) as server:
        talk(server, LOGIN + b"show\r\n")


def test_it_speaks_over_ipv6_too() -> None:
    """With host="::1" it listens there."""
    with switch(COMMANDS, host="::1") as server:
        assert talk(server, LOGIN).endswith(b"core-1#")
