"""An FTP server on loopback, spoken by pyftpdlib, with its files in memory and a record of what clients did.

    with ftp({"docs/a.txt": b"A"}, user="student", password="harbor") as server, ftplib.FTP() as client:
        client.connect(server.host, server.port)
        ...
    assert server.commands[-1] == "QUIT"

Both passive modes, active mode, machine listings and plain ones, binary and ASCII type, resume and upload are there;
any command can be left out. Everything that goes wrong is ordered by a keyword. The transport's faults are a relay's,
which stands in front and must know where data connections go: `data_endpoint` reads that from a reply,
`with_data_endpoint` writes another one into it.
"""

from __future__ import annotations

import ipaddress
import re
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .ftp_tree import Content, Tree
from .hosting import LOOPBACK, Login, Server

if TYPE_CHECKING:
    from .ftp_session import Loop


@dataclass(slots=True)
class Transfer:
    """One use of a data connection, from the reply 150 (or 125) on.

    `size` counts bytes on the wire, and is known when the data connection is closed. `complete` says that the client
    was told 226.
    """

    command: str
    path: str
    type: str
    size: int = 0
    complete: bool = False

    @property
    def direction(self) -> str:
        """ "upload", "download" or "listing", as the client sees it."""
        return {"RETR": "download", "STOR": "upload", "APPE": "upload"}.get(self.command, "listing")


@dataclass(slots=True)
class Session:
    """One control connection.

    `data_addresses` are the addresses of ours to which the client connected for data, in passive mode; one that
    `pasv_address` lured it to is among them.
    """

    commands: list[str] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    data_addresses: list[tuple[str, int]] = field(default_factory=list)

    @property
    def has_quit(self) -> bool:
        """The client said good-bye."""
        return any(command.upper() == "QUIT" for command in self.commands)

    def begin_transfer(self, command: str, path: str, kind: str) -> Transfer:
        """Note a transfer whose end is not known yet; `kind` is pyftpdlib's "i" or "a"."""
        self.transfers.append(Transfer(command, path, "binary" if kind == "i" else "ascii"))
        return self.transfers[-1]

    def note_login(self, user: str, password: str, accepted: bool) -> None:
        """Note an attempt to log in."""
        self.logins.append(Login(user, password, accepted))


class ftp(Server):
    """An FTP server for the length of a block.

    The tree: `files` by path, `folders` (for empty ones), `links` from a path to another (a loop, if that is above),
    `hostile` names by the folder that lists them; those that end in "/" are folders. See `ftp_tree`.

    What goes wrong:
    `refused`        paths that are listed, but answered 550
    `broken`         path: (n, reply). A transfer of it moves n bytes, and ends in this reply instead of 226; after ""
                     the server says nothing more. With "226 ..." it lies.
    `without`        commands that it does not know, such as {"MLSD", "MLST", "EPSV"}
    `notes`          code: lines. They come before each reply of that code, which thereby has several lines (RFC 959,
                     section 4.2); they are sent as they are, after "code-" in the first.
    `greeting`       the first reply; after one with 4 or 5 it hangs up
    `pasv_address`   the loopback address that PASV replies name instead of the server's own
    `lists_itself`   MLSD lists the folder itself and the one above too, as RFC 3659 (section 7.5.1) allows
    """

    name = "FTP"

    def __init__(
        self,
        files: Mapping[str, Content],
        *,
        user: str = "student",
        password: str = "harbor",
        folders: Iterable[str] = (),
        links: Mapping[str, str] | None = None,
        hostile: Mapping[str, Iterable[str]] | None = None,
        refused: Collection[str] = (),
        broken: Mapping[str, tuple[int, str]] | None = None,
        without: Collection[str] = (),
        notes: Mapping[int, Sequence[str]] | None = None,
        greeting: str = "220 The harbor office is open.",
        pasv_address: str | None = None,
        lists_itself: bool = False,
        host: str = LOOPBACK,
    ) -> None:
        super().__init__()
        if pasv_address is not None and not ipaddress.ip_address(pasv_address).is_loopback:
            raise ValueError(f"{pasv_address} is not a loopback address: nobody must be sent there")
        self.host, self.user, self.password = host, user, password
        self.tree = Tree(files, folders=folders, links=links, hostile=hostile, refused=refused)
        self.broken, self.notes = broken or {}, notes or {}
        self.without = frozenset(without) | ({"PASV", "PORT"} if ":" in host else frozenset())
        self.greeting, self.pasv_address, self.lists_itself = greeting, pasv_address, lists_itself
        self.sessions: list[Session] = []
        self.commands: list[str] = []

    @property
    def files(self) -> dict[str, bytes]:
        """What the tree holds now, uploads included."""
        return {path: file.data for path, file in self.tree.files()}

    @property
    def logins(self) -> list[Login]:
        """All attempts to log in."""
        return [login for session in self.sessions for login in session.logins]

    @property
    def transfers(self) -> list[Transfer]:
        """All transfers, session by session."""
        return [transfer for session in self.sessions for transfer in session.transfers]

    def begin_session(self) -> Session:
        """Note that a client has connected."""
        self.sessions.append(Session())
        return self.sessions[-1]

    def record(self, session: Session, command: str) -> None:
        """Note a command."""
        session.commands.append(command)
        self.commands.append(command)

    def note_error(self, error: BaseException | None) -> None:
        """Note what broke, unless it was the client that went away."""
        if error is not None and not isinstance(error, ConnectionError):
            self.errors.append(error)

    def _start(self) -> None:
        from .ftp_session import Listener, Loop

        self._loop: Loop = Loop()
        try:
            self.port = Listener(self, self._loop).address[1]
        except OSError:
            self._loop.end()
            self._loop.run()
            raise
        self._thread = threading.Thread(target=self._run, name="FTP server", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._loop.run()
        except Exception as error:  # raised where the block ends
            self.note_error(error)

    def _stop(self) -> None:
        self._loop.end()
        self._thread.join()


ENTERING = re.compile(
    rb"^(?:227[ ].*?(?P<host>\d+,\d+,\d+,\d+),(?P<high>\d+),(?P<low>\d+)"
    rb"|229[ ].*?\((?P<bar>[!-~])(?P=bar)(?P=bar)(?P<port>\d{1,5})(?P=bar)\))",
    re.MULTILINE,
)
"""The last line of a reply to PASV or EPSV."""


def data_endpoint(reply: bytes) -> tuple[str, int] | None:
    """Where a reply to PASV or EPSV wants the data connection: host and port, or None if it says nothing of it.

    After EPSV the host is "": the one to which the control connection goes. RFC 959, section 4.1.2, as read by
    RFC 1123, section 4.1.2.6 (look for the digits); RFC 2428, section 3.
    """
    found = ENTERING.search(reply)
    if found is None:
        return None
    if found["port"] is not None:
        return ("", port) if (port := int(found["port"])) < 1 << 16 else None
    numbers = [int(number) for number in (*found["host"].split(b","), found["high"], found["low"])]
    if max(numbers) > 255:
        return None
    return ".".join(map(str, numbers[:4])), numbers[4] * 256 + numbers[5]


def with_data_endpoint(reply: bytes, host: str, port: int) -> bytes:
    """The same reply, but with this endpoint in it; after EPSV only the port has a place.

    Raises `ValueError` if the reply holds none, or if `host` is no IPv4 address where one is needed.
    """
    found = ENTERING.search(reply)
    if found is None or data_endpoint(reply) is None:
        raise ValueError(f"no endpoint in {reply!r}")
    if found["port"] is not None:
        return reply[: found.start("port")] + b"%d" % port + reply[found.end("port") :]
    numbers = b",".join(b"%d" % number for number in (*ipaddress.IPv4Address(host).packed, port >> 8, port & 255))
    return reply[: found.start("host")] + numbers + reply[found.end("low") :]


__all__ = ["Login", "Session", "Transfer", "data_endpoint", "ftp", "with_data_endpoint"]
