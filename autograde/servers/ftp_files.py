"""What pyftpdlib wants to know of a disk, answered from the tree in memory.

Its "real" paths are the client's, made absolute and otherwise left alone, so that hostile names stay as they are.
"""

from __future__ import annotations

import io
import math
import os
import stat
import time
from typing import TYPE_CHECKING, Any

from pyftpdlib.filesystems import AbstractedFS

from .ftp_tree import File, Folder, Link

if TYPE_CHECKING:
    from .ftp_session import Control

MODES = {File: stat.S_IFREG | 0o644, Folder: stat.S_IFDIR | 0o755, Link: stat.S_IFLNK | 0o777}


class OpenFile(io.BytesIO):
    """A file of the tree while it is transferred; what was written is in the tree once it is closed.

    `amount` bytes at most pass in either direction; `reply`, unless it is None, is what the server says at the end.
    """

    def __init__(self, path: str, file: File, mode: str, amount: float = math.inf, reply: str | None = None) -> None:
        super().__init__(b"" if mode == "wb" else file.data)
        self.name, self.reply = path, reply
        self._file, self._writes, self._left = file, mode != "rb", amount
        if mode == "ab":
            self.seek(0, io.SEEK_END)

    def _take(self, size: int) -> int:
        taken = int(min(size, self._left))
        self._left -= taken
        return taken

    def read(self, size: int | None = -1) -> bytes:
        """At most `size` bytes, and none once `amount` bytes have passed."""
        data = super().read(size)
        return data[: self._take(len(data))]

    def write(self, data: Any) -> int:
        """Take all, keep what is within `amount`."""
        super().write(data[: self._take(len(data))])
        return len(data)

    def close(self) -> None:
        """Put what was written into the tree."""
        if self._writes and not self.closed:
            self._file.data, self._file.changed = self.getvalue(), time.time()
        super().close()


class Files(AbstractedFS):  # type: ignore[misc]
    """The file system of one session."""

    def __init__(self, root: str, cmd_channel: Control) -> None:
        super().__init__(root, cmd_channel)
        self.owner, self.tree = cmd_channel.owner, cmd_channel.owner.tree

    def ftp2fs(self, ftppath: str) -> str:
        """The absolute path."""
        return ftppath if ftppath.startswith("/") else f"{self.cwd.rstrip('/')}/{ftppath}"

    def fs2ftp(self, fspath: str) -> str:
        """The same path."""
        return fspath

    def validpath(self, path: str) -> bool:
        """Nothing is outside a tree."""
        return True

    def realpath(self, path: str) -> str:
        """The same path: links are looked through where it matters."""
        return path

    def open(self, filename: str, mode: str) -> OpenFile:
        """Open a file for a transfer."""
        file = self.tree.open(filename, make=mode != "rb")
        return OpenFile(filename, file, mode, *self.owner.broken.get(filename.strip("/"), ()))

    def chdir(self, path: str) -> None:
        """Enter a folder."""
        self.tree.check(path)
        self.tree.folder(path)
        self.cwd = self.tree.canonical(path)

    def listdir(self, path: str) -> list[str]:
        """The names in a folder."""
        self.tree.check(path)
        return list(self.tree.folder(path).entries)

    def format_mlsx(self, basedir: str, listing: list[str], *options: Any, ignore_err: bool = True) -> Any:
        """Facts of a folder's entries; of one path, errors included, for MLST."""
        if ignore_err and self.owner.lists_itself:
            listing = [".", "..", *listing]
        return super().format_mlsx(basedir, listing, *options, ignore_err=ignore_err)

    def mkdir(self, path: str) -> None:
        """Make a folder."""
        self.tree.check(path)
        self.tree.add_folder(path)

    def rmdir(self, path: str) -> None:
        """Remove an empty folder."""
        self.tree.check(path)
        self.tree.remove(path, Folder)

    def remove(self, path: str) -> None:
        """Remove a file or a link."""
        self.tree.check(path)
        self.tree.remove(path, File)

    def rename(self, src: str, dst: str) -> None:
        """Move a file or folder."""
        for path in (src, dst):
            self.tree.check(path)
        self.tree.move(src, dst)

    def lstat(self, path: str) -> os.stat_result:
        """Like `stat`, of a link itself."""
        return self.stat(path, follow=False)

    def stat(self, path: str, *, follow: bool = True) -> os.stat_result:
        """Kind, number, size and time; owner and group are nobody."""
        node = self.tree.find(path, follow=follow)
        size = len(node.data) if isinstance(node, File) else 0
        changed = int(node.changed)
        return os.stat_result((MODES[type(node)], node.number, 1, 1, 0, 0, size, changed, changed, changed))

    def _kind(self, path: str, *, follow: bool = True) -> type | None:
        try:
            return type(self.tree.find(path, follow=follow))
        except OSError:
            return None

    def isfile(self, path: str) -> bool:
        """A file, or a link to one."""
        return self._kind(path) is File

    def isdir(self, path: str) -> bool:
        """A folder, or a link to one."""
        return self._kind(path) is Folder

    def lexists(self, path: str) -> bool:
        """Anything."""
        return self._kind(path, follow=False) is not None

    def getsize(self, path: str) -> int:
        """Bytes in a file."""
        return self.stat(path).st_size

    def getmtime(self, path: str) -> float:
        """Seconds since 1970."""
        return self.tree.find(path).changed

    def utime(self, path: str, timeval: float) -> None:
        """Set the time of last change."""
        self.tree.find(path).changed = timeval

    def readlink(self, path: str) -> str:
        """Where a link leads."""
        node = self.tree.find(path, follow=False)
        return node.path if isinstance(node, Link) else path

    def get_user_by_uid(self, uid: int) -> str:
        """The same for all, on every system."""
        return "harbor"

    def get_group_by_gid(self, gid: int) -> str:
        """The same for all, on every system."""
        return "harbor"


__all__ = ["Files", "OpenFile"]
