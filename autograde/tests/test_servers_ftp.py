"""The FTP server, driven by ftplib and curl: listings, transfers, mischief on order, and a record of it all."""

from __future__ import annotations

import contextlib
import ftplib
import io
import logging
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.servers.ftp import Login, ftp
from autograde.servers.ftp_tree import PLANTED, Content
from autograde.servers.hosting import ServerBroke
from autograde.tests.observers import read_all
from autograde.tests.programs import run_program

LINES = b"one\ntwo\r\nthree"
BINARY = bytes(range(256)) * 1000
FILES: dict[str, Content] = {
    "readme.txt": (LINES, 951_782_400),  # 29 February 2000
    "docs/Übersicht ⚓.txt": "größer".encode(),
    "docs/deep/er/chart.bin": BINARY,
}
LURE = "127.0.0.99"


@pytest.fixture
def lure() -> str:
    """A loopback address that is not the server's; not every system has one."""
    try:
        socket.create_server((LURE, 0)).close()
    except OSError:
        pytest.skip("this machine has no other loopback address than 127.0.0.1")
    return LURE


@contextlib.contextmanager
def logged_in(server: ftp, timeout: float = 10) -> Iterator[ftplib.FTP]:
    """A client of the standard library, past its login."""
    with ftplib.FTP(timeout=timeout) as client:
        client.connect(server.host, server.port)
        client.login("student", "harbor")
        yield client


def got(client: ftplib.FTP, path: str, **options: int) -> bytes:
    """The bytes of a file, in binary."""
    taken = io.BytesIO()
    client.retrbinary(f"RETR {path}", taken.write, **options)
    return taken.getvalue()


def mirrored(client: ftplib.FTP, folder: str = "") -> dict[str, bytes]:
    """All files below a folder, by machine listings."""
    files: dict[str, bytes] = {}
    for name, facts in client.mlsd(folder, ["type"]):
        if facts["type"] == "dir":
            files |= mirrored(client, f"{folder}/{name}")
        elif facts["type"] == "file":
            files[f"{folder}/{name}"] = got(client, f"{folder}/{name}")
    return files


def curl(server: ftp, path: str, *arguments: str, user: str = "student:harbor") -> tuple[int, bytes]:
    """curl's exit code and what it fetched."""
    done = run_program("curl", "-s", "-u", user, *arguments, f"ftp://{server.host}:{server.port}/{path}")
    return done.returncode, done.stdout


@pytest.mark.drives(client="ftplib", server="ftp", feature="MLSD, nested and empty folders, non-ASCII names, PASV")
def test_a_tree_is_mirrored_by_machine_listings() -> None:
    """What the tree holds comes over, in binary and byte by byte."""
    with ftp(FILES, folders=["empty"]) as server, logged_in(server) as client:
        assert [name for name, _ in client.mlsd()] == ["empty", "readme.txt", "docs"] and mirrored(
            client, "/empty"
        ) == {}
        assert {path.strip("/"): data for path, data in mirrored(client).items()} == server.files
    assert server.files["docs/deep/er/chart.bin"] == BINARY and len(server.files) == 3


@pytest.mark.drives(client="ftplib", server="ftp", feature="IPv6, EPSV")
def test_a_server_on_ipv6_has_extended_passive_mode_only() -> None:
    """There ftplib uses EPSV; PASV has no place for such an address."""
    with ftp(FILES, host="::1") as server, logged_in(server) as client:
        assert got(client, "readme.txt") == LINES
        with pytest.raises(ftplib.error_perm, match="500"):
            client.sendcmd("PASV")
    assert "EPSV" in server.commands


@pytest.mark.drives(client="ftplib", server="ftp", feature="plain names without MLSD and MLST")
def test_without_machine_listings_there_are_plain_ones() -> None:
    """A server that knows no MLSD says 500, does not boast of it, and still has NLST and LIST."""
    with ftp(FILES, without={"MLSD", "MLST"}) as server, logged_in(server) as client:
        assert "MLST" not in client.sendcmd("FEAT")
        with pytest.raises(ftplib.error_perm, match="500"):
            list(client.mlsd())
        lines: list[str] = []
        client.retrlines("LIST", lines.append)
        assert client.nlst() == ["docs", "readme.txt"] and client.nlst("/docs") == ["deep", "Übersicht ⚓.txt"]
    assert [line[0] for line in lines] == ["d", "-"] and lines[1].endswith("14 Feb 29  2000 readme.txt")


def test_machine_listings_tell_size_time_and_kind() -> None:
    """The facts are those of the tree; the folder itself and its parent are listed if that is wanted."""
    with ftp(FILES, lists_itself=True) as server, logged_in(server) as client:
        facts = dict(client.mlsd())
    assert [facts[name]["type"] for name in (".", "..", "docs", "readme.txt")] == ["cdir", "pdir", "dir", "file"]
    assert (facts["readme.txt"]["size"], facts["readme.txt"]["modify"]) == ("14", "20000229000000")
    assert facts["docs"]["modify"] == "20240517120000"


@pytest.mark.parametrize(
    ("options", "used", "unused"),
    [
        ([], "EPSV", "PASV"),
        (["--disable-epsv"], "PASV", "EPSV"),
        (["--ftp-port", "-"], "EPRT", "EPSV"),
        (["--ftp-port", "-", "--disable-eprt"], "PORT", "EPRT"),
    ],
)
@pytest.mark.drives(client="curl", server="ftp", feature="EPSV, PASV, EPRT, PORT")
def test_curl_lists_and_gets_by_every_kind_of_data_connection(options: list[str], used: str, unused: str) -> None:
    """Passive and active, old and extended."""
    with ftp(FILES) as server:
        assert curl(server, "docs/deep/er/chart.bin", *options) == (0, BINARY)
        assert curl(server, "", "--list-only", *options) == (0, b"docs\nreadme.txt\n")
    verbs = {command.split()[0] for command in server.commands}
    assert used in verbs and unused not in verbs and all(session.has_quit for session in server.sessions)


@pytest.mark.drives(client="curl", server="ftp", feature="PASV after EPSV is refused")
def test_curl_falls_back_to_pasv() -> None:
    """Each passive mode can be missing."""
    with ftp(FILES, without={"EPSV"}) as server:
        assert curl(server, "readme.txt") == (0, LINES)
    assert [command for command in server.commands if "PS" in command or "PASV" in command] == ["EPSV", "PASV"]
    with ftp(FILES, without={"PASV"}) as server:
        assert curl(server, "readme.txt", "--disable-epsv")[0] != 0 and curl(server, "readme.txt") == (0, LINES)


@pytest.mark.parametrize("method", ["multicwd", "nocwd", "singlecwd"])
@pytest.mark.drives(client="curl", server="ftp", feature="--ftp-method multicwd, nocwd, singlecwd")
def test_curl_finds_a_nested_file_by_every_method(method: str) -> None:
    """Folder by folder, in one step, or by the whole path."""
    with ftp(FILES) as server:
        assert curl(server, "docs/deep/er/chart.bin", "--ftp-method", method) == (0, BINARY)
    entered = [command for command in server.commands if command.startswith("CWD")]
    assert len(entered) == {"multicwd": 3, "nocwd": 0, "singlecwd": 1}[method]


@pytest.mark.drives(client="curl", server="ftp", feature="resume, remote time, SIZE, MDTM")
def test_curl_resumes_and_keeps_the_time(tmp_path: Path) -> None:
    """The second half is fetched with REST, and the file gets the time that the server tells."""
    target = tmp_path / "chart.bin"
    target.write_bytes(BINARY[:100_000])
    with ftp({"chart.bin": (BINARY, 951_782_400)}) as server:
        assert curl(server, "chart.bin", "-C", "-", "-R", "-o", str(target))[0] == 0
    assert target.read_bytes() == BINARY and target.stat().st_mtime == 951_782_400
    assert "REST 100000" in server.commands and server.transfers[0].size == len(BINARY) - 100_000


@pytest.mark.drives(client="curl", server="ftp", feature="upload, made folders, append, rename, delete")
def test_curl_uploads(tmp_path: Path) -> None:
    """STOR, APPE, MKD, RNFR, RNTO, DELE and RMD change the tree."""
    source = tmp_path / "up"
    source.write_bytes(BINARY)
    with ftp(FILES, folders=["empty"]) as server:
        assert curl(server, "new/er/up.bin", "-T", str(source), "--ftp-create-dirs")[0] == 0
        assert server.files["new/er/up.bin"] == BINARY
        assert curl(server, "readme.txt", "-T", str(source), "--append")[0] == 0
        assert server.files["readme.txt"] == LINES + BINARY
        orders = ["-Q", "RNFR readme.txt", "-Q", "RNTO docs/moved", "-Q", "DELE new/er/up.bin", "-Q", "RMD empty"]
        assert curl(server, "", "-l", *orders) == (0, b"docs\nnew\n")
    assert server.files["docs/moved"] == LINES + BINARY and "new/er/up.bin" not in server.files
    assert [(t.command, t.direction, t.path) for t in server.transfers[:2]] == [
        ("STOR", "upload", "/new/er/up.bin"),
        ("APPE", "upload", "/readme.txt"),
    ]


@pytest.mark.drives(client="ftplib", server="ftp", feature="STOR, SIZE, MDTM, MFMT, REST, MLST")
def test_an_upload_can_be_measured_and_dated() -> None:
    """What was stored has its size; its time can be set; an upload can be continued."""
    with ftp({}) as server, logged_in(server) as client:
        client.storbinary("STOR up.bin", io.BytesIO(BINARY[:1000]))
        assert client.size("up.bin") == 1000
        client.storbinary("STOR up.bin", io.BytesIO(BINARY[900:]), rest=900)
        assert client.sendcmd("MFMT 20000229000000 up.bin").startswith("213 ")
        assert client.sendcmd("MDTM up.bin") == "213 20000229000000"
        assert "size=256000;type=file;" in client.sendcmd("MLST up.bin")
        for wrong in (
            "MFMT soon up.bin",
            "MFMT 20000229000000 nowhere",
            "STOR /",
            "DELE ..",
            "RMD up.bin",
            "MKD up.bin/x",
        ):
            with pytest.raises(ftplib.error_perm):
                client.sendcmd(wrong)
    assert server.files == {"up.bin": BINARY}


def test_ascii_mode_converts_line_ends_both_ways() -> None:
    """LF becomes CR LF on the way out and CR LF becomes LF on the way in; a binary does not survive that."""
    with ftp({"chart.bin": BINARY, "lines.txt": b"a\nb\n"}) as server, logged_in(server) as client:
        client.sendcmd("TYPE A")
        with client.transfercmd("RETR chart.bin") as data:
            spoiled = read_all(data)
        client.voidresp()
        client.storlines("STOR up.txt", io.BytesIO(b"a\nb\n"))
        assert got(client, "lines.txt") == b"a\nb\n"
    assert spoiled == BINARY.replace(b"\n", b"\r\n") and server.files["up.txt"] == b"a\nb\n"
    assert [(t.type, t.size) for t in server.transfers] == [("ascii", len(spoiled)), ("ascii", 6), ("binary", 4)]


@pytest.mark.drives(client="curl", server="ftp", feature="ASCII transfer")
def test_curl_gets_text_in_ascii_mode() -> None:
    """Line ends are the network's on the wire, and curl makes them this system's again."""
    with ftp({"lines.txt": b"a\nb\r\n"}) as server:
        assert curl(server, "lines.txt", "--use-ascii") == (0, b"a\nb\n")
    assert (server.transfers[0].type, server.transfers[0].size) == ("ascii", 6)


HOSTILE = ["../x", "/x", "a\\b", "nul\0z", "..", "caf\udce9", "~", "-l", "C:\\x", "../../../etc/x"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("listing", ["MLSD", "NLST"])
def test_hostile_names_are_listed_and_can_be_asked_for(name: str, listing: str) -> None:
    """A name is listed as it is, bytes that are no UTF-8 included, and whoever asks for it gets the planted file."""
    with ftp(FILES, hostile={"in": [name]}) as server, logged_in(server) as client:
        client.encoding = "latin-1"
        raw = name.encode(errors="surrogateescape").decode("latin-1")
        client.cwd("in")
        assert [entry for entry, _ in client.mlsd()] == [raw] if listing == "MLSD" else client.nlst() == [raw]
        if name != "..":
            assert got(client, raw) == got(client, f"/in/{raw}") == PLANTED
    assert f"RETR {name}" in server.commands or name == ".."


def test_a_hostile_folder_can_be_entered() -> None:
    """A mirror that follows it asks for what is in it; ordinary names in the same folder stay what they are."""
    with ftp({"in/b/c": b"c"}, hostile={"in": ["../out/", "/abs/"]}) as server, logged_in(server) as client:
        client.cwd("/in")
        assert client.nlst("../out") == ["planted.txt"] and client.nlst("/abs") == ["planted.txt"]
        assert client.cwd("../out") and client.pwd() == "/in/../out" and got(client, "planted.txt") == PLANTED
        assert client.cwd("/in/b") and client.cwd("..") and client.pwd() == "/in" and got(client, "../in/b/c") == b"c"


def test_a_name_with_a_line_end_forges_a_listing() -> None:
    """The listing is written as it stands, so one entry looks like two."""
    with ftp({}, hostile={"": ["a\r\ntype=file;size=1; ../forged"]}) as server, logged_in(server) as client:
        assert [name for name, _ in client.mlsd()] == ["a", "../forged"]
        assert client.nlst() == ["a", "type=file;size=1; ../forged"]


def test_a_loop_has_an_end() -> None:
    """A link to a folder above is listed as a folder, with that one's number; the 41st in a path is refused."""
    with ftp(FILES, links={"docs/again": "docs", "also": "readme.txt"}) as server, logged_in(server) as client:
        facts, inside = dict(client.mlsd()), dict(client.mlsd("docs"))
        assert inside["again"]["type"] == "dir" and inside["again"]["unique"] == facts["docs"]["unique"]
        client.cwd("docs/again/again")
        assert client.pwd() == "/docs/again/again" and got(client, "/also") == LINES
        with pytest.raises(ftplib.error_perm, match="550"):
            client.cwd("/docs" + "/again" * 41)
        assert "again -> /docs" in client.sendcmd("STAT /docs")


def test_refused_paths_are_listed_but_closed() -> None:
    """550 for a file, a folder, and an upload; the rest goes on."""
    with ftp(FILES, refused=["readme.txt", "docs/deep", "new.txt"]) as server, logged_in(server) as client:
        assert set(client.nlst()) == {"docs", "readme.txt"}
        for order in ("RETR readme.txt", "MLSD docs/deep", "NLST docs/deep", "CWD docs/deep", "STOR new.txt"):
            with pytest.raises(ftplib.error_perm, match="550"):
                client.transfercmd(order)
        assert got(client, "docs/deep/er/chart.bin") == BINARY
    assert "new.txt" not in server.files and [t.command for t in server.transfers] == ["NLST", "RETR"]


@pytest.mark.parametrize("reply", ["426 Connection closed.", "451 Local error.", "226 Transfer complete."])
def test_a_transfer_can_end_badly(reply: str) -> None:
    """After some bytes the data connection ends and another reply comes; SIZE tells the truth."""
    with ftp({"a": BINARY}, broken={"a": (1000, reply), "up": (7, reply)}) as server, logged_in(server) as client:
        if reply.startswith("226"):
            assert got(client, "a") == BINARY[:1000]
            client.storbinary("STOR up", io.BytesIO(BINARY))
        else:
            for order in (lambda: got(client, "a"), lambda: client.storbinary("STOR up", io.BytesIO(BINARY))):
                with pytest.raises(ftplib.error_temp, match=reply):
                    order()
        assert client.size("a") == len(BINARY) and client.size("up") == 7
    assert [(t.size, t.complete) for t in server.transfers] == [
        (1000, reply.startswith("226")),
        (len(BINARY), reply.startswith("226")),
    ]


def test_a_transfer_can_end_without_a_reply() -> None:
    """The data connection ends, and the server says nothing more about it."""
    with ftp({"a": BINARY}, broken={"a": (1000, "")}) as server, logged_in(server, timeout=0.2) as client:
        with pytest.raises(TimeoutError):
            got(client, "a")
        client.close()
    assert (server.transfers[0].size, server.transfers[0].complete) == (1000, False)


@pytest.mark.drives(client="curl", server="ftp", feature="550, 426, 421 greeting, wrong password, short file")
def test_curl_understands_what_is_wrong() -> None:
    """Its exit codes are 78 (no such file), 18 (partial file), 67 (login denied), and 28 for the code 421."""
    with ftp({"a": BINARY, "b": b"b", "c": b"c"}, refused=["b"], broken={"a": (9, "426 Gone.")}) as server:
        assert curl(server, "b")[0] == curl(server, "nowhere")[0] == 78
        assert curl(server, "a") == (18, BINARY[:9])
        assert curl(server, "c", user="student:wrong")[0] == 67
    assert server.logins[-1] == Login("student", "wrong", False)
    with ftp({}, greeting="421 Too busy.") as server:
        assert curl(server, "")[0] == 28


def test_three_wrong_passwords_end_the_session() -> None:
    """Each is answered 530 at once, and the third is the last."""
    with ftp(FILES) as server, ftplib.FTP(timeout=10) as client:
        client.connect(server.host, server.port)
        for _ in range(3):
            with pytest.raises(ftplib.error_perm, match="530"):
                client.login("student", "wrong")
        with pytest.raises((EOFError, ConnectionError)):
            client.login("student", "harbor")
        client.close()
    assert server.logins == [Login("student", "wrong", False)] * 3


@pytest.mark.drives(client="ftplib", server="ftp", feature="multi-line replies")
def test_any_reply_can_have_several_lines() -> None:
    """A line that looks like the last one of another code, or begins like it, is not the last one."""
    notes = {220: ["Welcome", "220-not yet", "226 is not the end", " 220 neither"], 226: ["", "That was it:"]}
    with ftp(FILES, notes=notes) as server, logged_in(server) as client:
        greeting = "220-Welcome\n220-not yet\n226 is not the end\n 220 neither\n220 The harbor office is open."
        assert client.welcome == greeting and got(client, "readme.txt") == LINES
        assert client.retrbinary("RETR readme.txt", len) == "226-\nThat was it:\n226 Transfer complete."


@pytest.mark.drives(client="ftplib", server="ftp", feature="foreign address in the PASV reply")
def test_a_foreign_address_lures_only_who_believes_it(lure: str) -> None:
    """ftplib ignores it unless told to trust; whoever goes there is on the record."""
    with ftp(FILES, pasv_address=lure) as server, logged_in(server) as client:
        assert got(client, "readme.txt") == LINES
        assert [host for host, _ in server.sessions[0].data_addresses] == [server.host]
        client.trust_server_pasv_ipv4_address = True  # type: ignore[attr-defined]
        with client.transfercmd("RETR readme.txt") as data:
            assert data.getpeername()[0] == lure and read_all(data) == b""
        assert [host for host, _ in server.sessions[0].data_addresses] == [server.host, lure]
        client.close()


@pytest.mark.parametrize(("option", "believed"), [("--ftp-skip-pasv-ip", False), ("--no-ftp-skip-pasv-ip", True)])
@pytest.mark.drives(client="curl", server="ftp", feature="foreign address in the PASV reply")
def test_curl_believes_a_foreign_address_if_told_to(option: str, believed: bool, lure: str) -> None:
    """The trap knows."""
    with ftp(FILES, pasv_address=lure) as server:
        code, data = curl(server, "readme.txt", "--disable-epsv", option, "--max-time", "1")
    assert (code == 0, data) == (not believed, b"" if believed else LINES)
    assert (lure in [host for host, _ in server.sessions[0].data_addresses]) is believed


def test_nobody_is_sent_out_of_the_loopback() -> None:
    """An address that is not loopback is refused before anything listens."""
    with pytest.raises(ValueError, match="not a loopback address"):
        ftp({}, pasv_address="192.0.2.1")


def test_the_record_tells_sessions_apart() -> None:
    """Commands in order, logins, transfers with their type and size, and whether the client said good-bye."""
    with ftp(FILES) as server:
        with logged_in(server) as client:
            client.nlst("docs")
            got(client, "readme.txt")
        with logged_in(server) as client:
            client.close()
    first, second = server.sessions
    login, listing = ["USER student", "PASS harbor"], ["TYPE A", "PASV", "NLST docs"]
    assert first.commands == [*login, *listing, "TYPE I", "PASV", "RETR readme.txt", "QUIT"]
    assert first.has_quit and not second.has_quit and server.logins == [Login("student", "harbor", True)] * 2
    assert [(t.direction, t.path, t.type, t.size, t.complete) for t in server.transfers] == [
        ("listing", "/docs", "ascii", len("deep\r\nÜbersicht ⚓.txt\r\n".encode()), True),
        ("download", "/readme.txt", "binary", 14, True),
    ]


def test_what_was_sent_before_leaving_is_recorded() -> None:
    """A client that does not wait for 221 has said good-bye, though the block ends at once."""
    for _ in range(20):
        with ftp({}) as server, socket.create_connection(server.address) as client:
            client.recv(1000)
            client.sendall(b"QUIT\r\n")
        assert server.sessions[0].has_quit


@pytest.mark.usefixtures("nothing_remains")
def test_rude_clients_leave_nothing_behind(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Resets in a command, transfers nobody reads or finishes, listeners nobody comes to: no thread, socket or word."""
    into_transfer = b"USER student\r\nPASS harbor\r\nTYPE I\r\nEPSV\r\n"
    with contextlib.ExitStack() as stay, ftp({"big": BINARY * 40}, pasv_address=LURE) as server:
        for typed in (
            b"",
            b"USE",
            b"\xff\xfe\r\n\r\n \r\n",
            b"x" * 100_000,
            into_transfer + b"PASV\r\nRETR big\r\nQUIT\r\n",
        ):
            stay.enter_context(socket.create_connection(server.address)).sendall(typed)
            with socket.create_connection(server.address) as client:
                client.sendall(typed)
                client.recv(1)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for order in ("RETR big", "STOR up", "MLSD"):
            for leaves in (True, False):
                client_ = stay.enter_context(logged_in(server))
                stay.callback(client_.close)
                data = stay.enter_context(client_.transfercmd(order))
                if leaves:
                    data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    data.close()
    assert capfd.readouterr() == ("", "") and not caplog.records


def test_what_breaks_in_the_server_is_raised_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client loses its connection, and the block says why."""
    with pytest.raises(ServerBroke, match="the FTP server broke: LookupError: chart"), ftp(FILES) as server:

        def breaks(path: str) -> None:
            raise LookupError("chart")

        monkeypatch.setattr(server.tree, "folder", breaks)
        with logged_in(server) as client, contextlib.suppress(EOFError, ConnectionError):
            client.cwd("docs")


def test_twenty_clients_at_once_are_served() -> None:
    """Each gets all bytes by a data connection of its own."""
    fetched: list[bytes] = []

    def fetch() -> None:
        with logged_in(server, timeout=60) as client:
            fetched.append(got(client, "docs/deep/er/chart.bin"))

    with ftp(FILES) as server:
        threads = [threading.Thread(target=fetch) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert fetched == [BINARY] * 20 and len(server.sessions) == 20


def test_the_process_is_left_as_it_was() -> None:
    """The library's habit of setting up logging for everyone, and its global loop, are not touched."""
    from pyftpdlib.ioloop import IOLoop

    before = (logging.root.handlers[:], logging.root.level, logging.logThreads, logging.logProcesses)
    with ftp(FILES) as server, logged_in(server) as client:
        client.nlst()
    assert before == (logging.root.handlers[:], logging.root.level, logging.logThreads, logging.logProcesses)
    assert IOLoop._instance is None and not logging.getLogger("pyftpdlib").handlers
