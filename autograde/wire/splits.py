"""From memory: the same bytes in every way in which a stream may cut them, without a network and without luck.

    for split in every_split(frame, following=b"next"):
        with split.socket() as sock:
            assert recv_msg(sock) == payload
            assert unread(sock) == split.following

What `recv` returns on loopback is a matter of timing, so cuts are not tested there. A `Split` is an iterable of pieces,
for parsers (`for piece in split: decoder.feed(piece)`) and for readers of an iterable (`read(list(split))`); `socket()`
is a connected socket in which all the bytes are waiting already, and which hands them to the student's code in just
these pieces.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from .show import brief, count
from .transcript import current

EVERY_CUT = 512
"""Bytes up to which a sample is cut at every place; of longer ones so many places are drawn by the seed."""

FITS = 65536
"""Bytes that the system keeps for a socket that nobody reads, on every system with its usual buffers."""

CLOSED = "your code closed the socket that it was given; the caller still needs it"
"""What is wrong when a block cannot go on with its socket."""


class Cut(socket.socket):
    """A socket that gives the student's code its bytes in pieces: `pieces` are their sizes in turn, in bytes.

    The examiner tells the examinee, where `recv` then never returns more than the rest of the present piece. What is
    behind these pieces comes as it is. To the check itself it is an ordinary socket.
    """

    pieces: list[int]


@dataclass(frozen=True, slots=True)
class Split:
    """A sample cut into `pieces`; in a socket, `following` is right behind the last of them."""

    words: str
    pieces: tuple[bytes, ...]
    following: bytes = b""

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def __len__(self) -> int:
        return len(self.pieces)

    def __str__(self) -> str:
        return self.words

    @contextmanager
    def socket(self, *, timeout: float | None = 10.0, then_eof: bool = True) -> Iterator[Cut]:
        """A connected socket with the whole sample in it, and the end of the stream behind it unless told otherwise.

        `timeout` (seconds) is set on it. Raises `ValueError` for more than `FITS` bytes. A block that cannot go on with
        the socket, because the student's code has closed it, fails.
        """
        data = b"".join(self.pieces) + self.following
        if len(data) > FITS:
            raise ValueError(f"at most {count(FITS)} can wait in a socket, these are {len(data):,}")
        ours, theirs = socket.socketpair()
        with ours, Cut(theirs.family, theirs.type, theirs.proto, theirs.detach()) as cut:
            _tell(self, data)
            ours.sendall(data)
            if then_eof:
                ours.shutdown(socket.SHUT_WR)
            cut.pieces = [len(piece) for piece in self.pieces[:-1]]  # the last one and what follows come together
            cut.settimeout(timeout)
            try:
                yield cut
            except OSError as error:
                if error.errno != errno.EBADF or cut.fileno() >= 0:
                    raise
                raise AssertionError(CLOSED) from error


def _tell(split: Split, data: bytes) -> None:
    """Each split is a conversation of its own in the record."""
    transcript = current()
    transcript.begin_scene()
    transcript.add("server", "notes", text=f"in the socket waits {brief(data)}, to be read {split.words}")


def every_split(
    sample: bytes, *, following: bytes = b"", random: Random | None = None, at_random: int = 0
) -> Iterator[Split]:
    """F03: `sample` whole, byte by byte, cut in two at every place, and `at_random` times cut at random places.

    With `following`, each comes once more with these bytes right behind it (F20), for code that must leave them alone.
    A sample of more than `EVERY_CUT` bytes is cut at as many places, drawn from `random` (which also draws the random
    cuts; without it they are the same each time).
    """
    random = random or Random(0)
    for behind in dict.fromkeys([b"", following]):
        more = f", with {brief(behind)} behind it" if behind else ""
        for words, pieces in _cuts(sample, random, at_random):
            yield Split(words + more, pieces, behind)


def _cuts(sample: bytes, random: Random, at_random: int) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    yield "whole", (sample,) if sample else ()
    if len(sample) < 2:
        return
    yield "byte by byte", tuple(sample[i : i + 1] for i in range(len(sample)))
    places = range(1, len(sample))
    if len(places) > EVERY_CUT:
        places = sorted(random.sample(places, EVERY_CUT))  # type: ignore[assignment]
    for place in places:
        yield f"cut after {count(place)}", (sample[:place], sample[place:])
    for _ in range(at_random):
        cuts = sorted(random.sample(range(1, len(sample)), random.randint(1, min(9, len(sample) - 1))))
        pieces = tuple(sample[start:end] for start, end in pairwise([0, *cuts, len(sample)]))
        yield f"cut into {' + '.join(str(len(piece)) for piece in pieces)} bytes", pieces


__all__ = ["Cut", "Split", "every_split"]
