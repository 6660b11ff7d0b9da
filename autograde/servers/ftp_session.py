"""One FTP session as pyftpdlib speaks it, and what this course adds: a record, a tree in memory, mischief on order.

Only `ftp.py` uses this module, and imports it when the first server starts: pyftpdlib takes some 50 ms to load. What it
would log is switched off at its own logger; what breaks is kept in `errors` of the `ftp` that owns the session.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
import socket
import sys
from typing import TYPE_CHECKING, Any

# This one first: it imports asyncore with the warning about its age turned off.
from pyftpdlib.ioloop import Acceptor, AsyncChat, IOLoop  # isort: skip
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler
from pyftpdlib.handlers.ftp.dispatchers import ActiveDTP, PassiveDTP
from pyftpdlib.servers import FTPServer

from .ftp_files import Files

if TYPE_CHECKING:
    from .ftp import Transfer, ftp

logger = logging.getLogger("pyftpdlib")
logger.setLevel(logging.CRITICAL + 1)

NEED_A_DISK = {"STOU", "SITE CHMOD"}
"""Commands that pyftpdlib knows and a tree in memory does not."""


class Data(DTPHandler):  # type: ignore[misc]
    """A data connection."""

    timeout = 0
    _resp: tuple[Any, ...]

    def close(self) -> None:
        """Enter the end of a transfer into the record, before the client can read of it."""
        transfer = self.cmd_channel.transfer
        if not self._closed and transfer is not None:
            self.cmd_channel.transfer = None
            ordered = getattr(self.file_obj, "reply", None)
            reply = ordered if ordered is not None and self.transfer_finished else "".join(self._resp[:1])
            self._resp = (reply, logger.debug) if reply else ()
            transfer.size = self.get_transmitted_bytes()
            transfer.complete = reply.startswith("226")
        super().close()


class Active(ActiveDTP):  # type: ignore[misc]
    """A data connection on its way to the client (PORT, EPRT)."""

    timeout = 0


class Passive(PassiveDTP):  # type: ignore[misc]
    """A listener for one data connection (PASV, EPSV)."""

    timeout = 0
    elsewhere: Elsewhere | None = None

    def listen(self, backlog: int) -> None:
        """Listen, and where clients are told a foreign address, there too: before they are told."""
        super().listen(backlog)
        foreign = self.cmd_channel.masquerade_address
        if foreign is not None:
            # Some systems have no other loopback address than 127.0.0.1; there the client is refused, unrecorded.
            with contextlib.suppress(OSError):
                self.elsewhere = Elsewhere(self.cmd_channel, (foreign, self.socket.getsockname()[1]))

    def handle_accepted(self, sock: socket.socket, addr: Any) -> None:
        """Remember where the client found us."""
        self.cmd_channel.session.data_addresses.append(sock.getsockname()[:2])
        super().handle_accepted(sock, addr)

    def handle_error(self) -> None:
        """Keep what broke."""
        self.cmd_channel.log_exception(self)
        self.close()

    def close(self) -> None:
        """Close both listeners."""
        if self.elsewhere is not None:
            self.elsewhere.close()
        super().close()


class Elsewhere(Acceptor):  # type: ignore[misc]
    """The trap at a foreign address: it notes who comes, and closes the door."""

    def __init__(self, control: Control, address: tuple[str, int]) -> None:
        super().__init__(ioloop=control.ioloop)
        self.session = control.session
        self.create_socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self.bind(address)
        except OSError:
            self.close()
            raise
        self.listen(5)

    def handle_accepted(self, sock: socket.socket, addr: Any) -> None:
        """Note it."""
        self.session.data_addresses.append(sock.getsockname()[:2])
        sock.close()


class Control(FTPHandler):  # type: ignore[misc]
    """A control connection."""

    timeout = 0
    unicode_errors = "surrogateescape"
    username: str
    abstracted_fs, dtp_handler, active_dtp, passive_dtp = Files, Data, Active, Passive

    def __init__(self, conn: socket.socket, server: Listener, ioloop: Loop) -> None:
        self.owner = server.owner
        self.authorizer, self.masquerade_address = server.authorizer, self.owner.pasv_address
        self.proto_cmds = {
            command: facts
            for command, facts in FTPHandler.proto_cmds.items()
            if command not in NEED_A_DISK | self.owner.without
        }
        self.session = self.owner.begin_session()
        self.transfer: Transfer | None = None
        self._doing = ("", "")
        super().__init__(conn, server, ioloop)
        ioloop.controls.append(self)

    def handle(self) -> None:
        """Greet; after a refusal, hang up."""
        self.respond(self.owner.greeting)
        if self.owner.greeting[0] in "45":
            self.close_when_done()

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        """Record each command as it came."""
        self.owner.record(self.session, line)
        if not self._closed:  # lines that came together are handed on together, also after the client has gone
            super().pre_process_command(line, cmd, arg)

    def process_command(self, cmd: str, *arguments: Any, **options: Any) -> None:
        """Remember what is being done: the replies 125 and 150 belong to it."""
        self._doing = (cmd, arguments[0])
        super().process_command(cmd, *arguments, **options)

    def respond(self, resp: str, logfun: Any = None) -> None:
        """Send a reply, with the further lines that were ordered for its code."""
        if resp.startswith(("125", "150")):
            self.transfer = self.session.begin_transfer(*self._doing, self._current_type)
        notes = self.owner.notes.get(int(resp[:3]), ())
        for number, note in enumerate(notes):
            self.push((f"{resp[:3]}-{note}" if number == 0 else note) + "\r\n")
        super().respond(resp, logfun=logger.debug)

    def push(self, data: str) -> None:
        """Send text; a path that is no UTF-8 goes back as the bytes that it was."""
        super(FTPHandler, self).push(data.encode(self.encoding, self.unicode_errors))

    def handle_auth_success(self, home: str, password: str, msg_login: str) -> None:
        """Record the login, then say so."""
        self.session.note_login(self.username, password, True)
        super().handle_auth_success(home, password, msg_login)

    def handle_auth_failed(self, msg: str, password: str) -> None:
        """Record the attempt, then say so: at once, where pyftpdlib takes the connection out of its loop and waits."""
        self.session.note_login(self.username, password, False)
        self.username = ""
        self.attempted_logins += 1
        if self.attempted_logins < self.max_login_attempts:
            self.respond("530 Authentication failed.")
        else:
            self.respond("530 Authentication failed. Disconnecting.")
            self.close_when_done()

    def ftp_MFMT(self, path: str, timeval: str) -> None:
        """Set a file's time (draft-somers-ftp-mfxx). pyftpdlib's own uses what Python 3.12 deprecates."""
        try:
            changed = datetime.datetime.strptime(timeval, "%Y%m%d%H%M%S").replace(tzinfo=datetime.UTC)
            self.fs.utime(path, changed.timestamp())
        except ValueError:
            self.respond("501 A time is written YYYYMMDDHHMMSS.")
        except OSError as error:
            self.respond(f"550 {error.strerror}.")
        else:
            self.respond(f"213 Modify={timeval}; {path}")

    def log_exception(self, instance: Any) -> None:
        """Keep what broke in us; whatever stumbles over a client that has gone is no fault of ours."""
        if not self._closed:
            self.owner.note_error(sys.exception())


class Listener(FTPServer):  # type: ignore[misc]
    """The listening socket."""

    def __init__(self, owner: ftp, ioloop: Loop) -> None:
        self.owner = owner
        self.authorizer = DummyAuthorizer()
        self.authorizer.add_user(owner.user, owner.password, "/", perm="elradfmwMT")
        super().__init__((owner.host, 0), Control, ioloop=ioloop)

    def handle_error(self) -> None:
        """Keep what broke."""
        self.owner.note_error(sys.exception())


class Bell(AsyncChat):  # type: ignore[misc]
    """Wakes a loop from another thread."""

    def handle_read(self) -> None:
        """Being awake is all that is wanted."""


class Loop(IOLoop):  # type: ignore[misc]
    """An event loop of one server's own. As a class of its own it leaves pyftpdlib's global loop alone when it closes.

    It never calls `loop()`, which would set up logging for the whole process.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ringer, heard = socket.socketpair()
        Bell(heard, ioloop=self)
        self._is_over = False
        self.controls: list[Control] = []

    def run(self) -> None:
        """Serve until `end` is called from another thread, then close every socket."""
        try:
            wait = None
            while not self._is_over:
                self.poll(wait)
                wait = self.sched.poll()
            self.poll(0)  # a QUIT whose sender has not waited for the answer
            self.sched.poll()
        finally:
            self.close()

    def close(self) -> None:
        """Close every socket, also of sessions that are waiting apart for a transfer to end before they do."""
        for control in self.controls:
            control.close()
        super().close()

    def end(self) -> None:
        """Let `run` return."""
        self._is_over = True
        with contextlib.suppress(OSError):  # it has already broken and closed the other end
            self._ringer.send(b"!")
        self._ringer.close()


__all__ = ["Listener", "Loop"]
