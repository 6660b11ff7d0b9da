"""The files of the FTP server: a tree in memory that can hold what no disk would, such as a file named `../x`.

    tree = Tree({"docs/a.txt": b"A", "docs/b.txt": (b"B", 1700000000)}, folders=["empty"], links={"docs/again": "docs"},
                hostile={"docs": ["../x", "/x", "a\\\\b", "nul\\0", "../outside/"]})
    tree.find("/docs/again/a.txt").data

Paths are a server's: absolute, with "/" between names. Errors are `OSError` with the `errno` that a disk would give.
"""

from __future__ import annotations

import errno
import itertools
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Content = bytes | tuple[bytes, float]
"""What a file holds, or that and its time of last change, in seconds since 1970."""

CHANGED = 1_715_947_200.0
"""When files were changed of which nothing else is said: noon of 17 May 2024, UTC."""

MOST_LINKS = 40
"""Links that one path may pass, as on Linux (path_resolution(7)): a loop ends there."""

PLANTED = b"This file must not be written where its name points.\n"
"""What every hostile file holds."""


@dataclass(eq=False)
class File:
    """A file; `number` tells it from all others in its tree, like an inode."""

    data: bytes = b""
    changed: float = CHANGED
    number: int = 0


@dataclass(eq=False)
class Folder:
    """A folder and what it lists, in this order."""

    entries: dict[str, Node] = field(default_factory=dict)
    changed: float = CHANGED
    number: int = 0

    def split(self, path: str) -> tuple[str, str]:
        """The first name of a relative path and the rest; a hostile name may itself hold a slash."""
        for name in self.entries:
            if "/" in name and (path + "/").startswith(name + "/"):
                return name, path[len(name) + 1 :]
        name, _, rest = path.partition("/")
        return name, rest


@dataclass(eq=False)
class Link:
    """A symbolic link to something, and the path of that as a reader of the link would see it."""

    target: File | Folder
    path: str
    changed: float = CHANGED
    number: int = 0


Node = File | Folder | Link


def failure(code: int, path: str) -> OSError:
    """The error that the system would raise."""
    return OSError(code, os.strerror(code), path)


class Tree:
    """A tree of files; see the module for its arguments.

    A hostile name is listed in its folder as it is, and can be read there; one that ends in "/" is a folder with one
    file in it. The paths in `refused` are listed, but cannot be opened or entered.
    """

    def __init__(
        self,
        files: Mapping[str, Content],
        *,
        folders: Iterable[str] = (),
        links: Mapping[str, str] | None = None,
        hostile: Mapping[str, Iterable[str]] | None = None,
        refused: Collection[str] = (),
    ) -> None:
        self.root = Folder()
        self._numbers = itertools.count(1)
        self._refused = {path.strip("/") for path in refused}
        self._absolute: dict[str, str] = {}
        for path in folders:
            self._grow(path)
        for path, content in files.items():
            data, changed = content if isinstance(content, tuple) else (content, CHANGED)
            above, _, name = path.rpartition("/")
            self._put(self._grow(above), name, File(data, changed))
        for path, target in (links or {}).items():
            above, _, name = path.rpartition("/")
            node = self.find(target)
            if isinstance(node, Link):
                raise ValueError(f"the link {path!r} leads to a link")
            self._put(self._grow(above), name, Link(node, "/" + target.strip("/")))
        for path, names in (hostile or {}).items():
            self._plant(path, names)

    def _put(self, folder: Folder, name: str, node: Node) -> None:
        node.number = next(self._numbers)
        folder.entries[name] = node

    def _grow(self, path: str) -> Folder:
        """The folder at `path`, made if it is not there yet."""
        folder = self.root
        for name in path.split("/") if path else ():
            if name not in folder.entries:
                self._put(folder, name, Folder())
            below = folder.entries[name]
            if not isinstance(below, Folder):
                raise ValueError(f"{path!r} leads through {name!r}, which is not a folder")
            folder = below
        return folder

    def _plant(self, path: str, names: Iterable[str]) -> None:
        folder = self._grow(path)
        for name in names:
            planted = Folder({"planted.txt": File(PLANTED)}) if name.endswith("/") else File(PLANTED)
            name = name.removesuffix("/")
            self._put(folder, name, planted)
            if name.startswith("/"):  # who joins paths as the system does asks for this instead
                self._absolute[name] = f"/{path}/{name}"

    def walk(self, path: str, *, follow: bool = True) -> list[tuple[str, Node]]:
        """Names and nodes from the root to `path`; a link at the end is followed only with `follow`."""
        trail: list[tuple[str, Node]] = [("", self.root)]
        rest, links = self._absolute.get(path, path).removeprefix("/"), 0
        while rest:
            here = trail[-1][1]
            if not isinstance(here, Folder):
                raise failure(errno.ENOTDIR, path)
            name, rest = here.split(rest)
            if name == "..":
                trail = trail[:-1] or trail
            elif name not in ("", "."):
                node = here.entries.get(name)
                if node is None:
                    raise failure(errno.ENOENT, path)
                if isinstance(node, Link) and (rest or follow):
                    links += 1
                    if links > MOST_LINKS:
                        raise failure(errno.ELOOP, path)
                    node = node.target
                trail.append((name, node))
        return trail

    def find(self, path: str, *, follow: bool = True) -> Node:
        """What is at `path`."""
        return self.walk(path, follow=follow)[-1][1]

    def folder(self, path: str) -> Folder:
        """The folder at `path`."""
        node = self.find(path)
        if not isinstance(node, Folder):
            raise failure(errno.ENOTDIR, path)
        return node

    def place(self, path: str) -> tuple[Folder, str]:
        """The folder in which something new at `path` would be, and its name there."""
        above, _, name = path.rstrip("/").rpartition("/")
        if name in ("", ".", ".."):
            raise failure(errno.EISDIR, path)
        return self.folder(above), name

    def entry(self, path: str) -> tuple[Folder, str, Node]:
        """What is at `path`, a link itself, with the folder that lists it and its name there."""
        trail = self.walk(path, follow=False)
        above = trail[-2][1] if len(trail) > 1 else None
        if not isinstance(above, Folder):
            raise failure(errno.EBUSY, path)
        return above, *trail[-1]

    def canonical(self, path: str) -> str:
        """The path without its "." and "..", which stay in what is above a link, as in a shell."""
        return "/" + "/".join(name for name, _ in self.walk(path)[1:])

    def check(self, path: str) -> None:
        """Raise `PermissionError` for a path that is refused, whether it exists or not."""
        try:
            spelled = self.canonical(path)
        except FileNotFoundError:
            above, _, name = path.rstrip("/").rpartition("/")
            spelled = f"{self.canonical(above)}/{name}"
        if spelled.strip("/") in self._refused:
            raise failure(errno.EACCES, path)

    def open(self, path: str, *, make: bool) -> File:
        """The file at `path`, made anew if it is not there and `make` says so."""
        self.check(path)
        if make:
            folder, name = self.place(path)
            if name not in folder.entries:
                self._put(folder, name, File())
        node = self.find(path)
        if not isinstance(node, File):
            raise failure(errno.EISDIR, path)
        return node

    def add_folder(self, path: str) -> None:
        """Make a folder in one that is there."""
        folder, name = self.place(path)
        if name in folder.entries:
            raise failure(errno.EEXIST, path)
        self._put(folder, name, Folder(changed=time.time()))

    def remove(self, path: str, kind: type[File] | type[Folder]) -> None:
        """Remove an empty folder, or with `File` anything else."""
        above, name, node = self.entry(path)
        if isinstance(node, Folder) != (kind is Folder):
            raise failure(errno.ENOTDIR if kind is Folder else errno.EISDIR, path)
        if isinstance(node, Folder) and node.entries:
            raise failure(errno.ENOTEMPTY, path)
        del above.entries[name]

    def move(self, source: str, target: str) -> None:
        """Give a file, folder or link another path, replacing what is there."""
        (old, name, node), (new, new_name) = self.entry(source), self.place(target)
        del old.entries[name]
        new.entries[new_name] = node

    def files(self) -> Iterator[tuple[str, File]]:
        """All files with their paths, links not followed."""
        todo: list[tuple[str, Folder]] = [("", self.root)]
        for above, folder in todo:
            for name, node in list(folder.entries.items()):
                if isinstance(node, File):
                    yield above + name, node
                elif isinstance(node, Folder):
                    todo.append((f"{above}{name}/", node))


__all__ = ["CHANGED", "PLANTED", "Content", "File", "Folder", "Link", "Node", "Tree", "failure"]
