"""Every split of a sample, fed from memory to parsers, readers and functions that take a socket."""

from __future__ import annotations

import socket
import threading
from random import Random

import pytest

from autograde.tests.examined import examined
from autograde.wire.peer import unread
from autograde.wire.splits import EVERY_CUT, FITS, every_split
from autograde.wire.transcript import recording


def test_a_sample_is_split_in_every_way() -> None:
    """Whole, byte by byte, and in two at every place; what comes behind doubles the list."""
    splits = list(every_split(b"abcd"))
    assert [split.words for split in splits] == [
        "whole", "byte by byte", "cut after 1 byte", "cut after 2 bytes", "cut after 3 bytes",
    ]  # fmt: skip
    assert [list(split) for split in splits[:3]] == [[b"abcd"], [b"a", b"b", b"c", b"d"], [b"a", b"bcd"]]
    assert [split.following for split in every_split(b"ab", following=b"x")] == [b"", b"", b"", b"x", b"x", b"x"]


@pytest.mark.parametrize("sample", [b"", b"a", b"ab", bytes(range(256)) * 20])
def test_the_pieces_are_always_the_sample(sample: bytes) -> None:
    """Nothing is added and nothing left out, for samples of any size, and no piece is empty."""
    splits = list(every_split(sample, at_random=20))
    assert all(b"".join(split) == sample and all(split) for split in splits)
    assert len(splits) <= 2 + EVERY_CUT + 20


def test_random_cuts_are_replayed_from_their_seed() -> None:
    """The same seed cuts in the same places, another one in others."""
    sample = bytes(5000)
    first, second, other = (
        [[len(piece) for piece in split] for split in every_split(sample, random=Random(seed), at_random=9)]
        for seed in (1, 1, 2)
    )
    assert first == second != other


READERS = """
    import socket

    def exactly(sock, n):
        got = []
        while n:
            piece = sock.recv(n)
            if not piece:
                raise EOFError
            got.append(len(piece))
            n -= len(piece)
        return got

    def in_every_way(sock):
        view, peeked = bytearray(9), sock.recv(9, socket.MSG_PEEK)
        first = sock.recv(9)
        second = bytes(view[: sock.recv_into(view)])
        third = sock.recvmsg(9)[0]
        return [peeked, first, second, third, sock.makefile("rb").read()]

    class Decoder:
        def __init__(self):
            self.seen = b""
        def feed(self, data):
            self.seen += data
            *lines, self.seen = self.seen.split(b"\\n")
            return lines
"""


def test_a_socket_gives_the_student_just_these_pieces() -> None:
    """However much is asked for and whatever already waits, no recv goes beyond a piece; what is behind stays."""
    with examined(READERS) as submitted:
        exactly = submitted("exactly")
        for split in every_split(b"abcdef", following=b"next"):
            with split.socket() as sock:
                assert exactly(sock, 6) == [len(piece) for piece in split], split
                assert unread(sock) == split.following


def test_every_way_of_receiving_is_cut() -> None:
    """recv, recv_into, recvmsg and makefile keep to the pieces, and peeking uses nothing up."""
    with examined(READERS) as submitted:
        byte_by_byte = list(every_split(b"abcdef", following=b"!"))[8]
        with byte_by_byte.socket() as sock:
            assert submitted("in_every_way")(sock) == [b"a", b"a", b"b", b"c", b"def!"]


def test_a_parser_is_fed_piece_by_piece() -> None:
    """A parser gives the same for every split."""
    with examined(READERS) as submitted:
        decoder_class = submitted("Decoder")
        for split in every_split(b"one\ntwo\n"):
            decoder = decoder_class()
            assert [line for piece in split for line in decoder.feed(piece)] == [b"one", b"two"], split


def test_the_story_says_how_it_was_split() -> None:
    """Each split is a scene of its own."""
    with recording() as transcript:
        for split in every_split(b"ab", following=b"c"):
            with split.socket():
                pass
    assert [event.text for event in transcript.last_scene()] == [
        "in the socket waits b'abc', to be read cut after 1 byte, with b'c' behind it"
    ]


def test_too_much_for_a_socket_is_refused_with_a_sentence() -> None:
    """More than fits would block the check for ever."""
    split = next(every_split(bytes(FITS + 1)))
    with pytest.raises(ValueError, match="at most 65,536 bytes can wait"), split.socket():
        pass


def test_what_fits_never_blocks() -> None:
    """As much as is allowed is taken at once on this system."""
    done = threading.Event()

    def fill() -> None:
        with next(every_split(bytes(FITS))).socket() as sock:
            assert isinstance(sock, socket.socket)
            done.set()

    thread = threading.Thread(target=fill, daemon=True)
    thread.start()
    thread.join(10)
    assert done.is_set()


def test_a_socket_that_was_closed_by_the_students_code_fails_the_block() -> None:
    """Not the check: it has every right to go on with its socket."""
    (split,) = every_split(b"a")
    with pytest.raises(AssertionError, match="your code closed the socket that it was given"), split.socket() as sock:
        sock.close()
        unread(sock)
