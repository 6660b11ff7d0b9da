"""DNS messages made to break a parser (F30, F23): pointers that loop, names without end, counts and lengths that lie.

    for sample in hostile_messages(Random(seed), ident=7, question=question("www.loopback.example", "A")):
        with pytest.raises(ValueError):
            parse_message(sample.data)

Each is a response with this identifier and question, so that a client which checks those still has to parse the rest;
but for its one flaw it would be a right one. Made by hand from RFC 1035, section 4, because a library refuses to. The
reference server sends the same by their names.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

A, NS, CNAME, MX, TXT, AAAA, PRIVATE = 1, 2, 5, 15, 16, 28, 65280
TYPES = {"A": A, "NS": NS, "CNAME": CNAME, "MX": MX, "TXT": TXT, "AAAA": AAAA}

HEADER = 12
"""Bytes before the question: identifier, flags, four counts."""

TO_QUESTION = struct.pack("!H", 0xC000 | HEADER)
"""The compressed owner of nearly every answer: a pointer to the name in the question."""

RECORD_HEAD = 12
"""Bytes of a record from such an owner to its data: owner 2, type 2, class 2, time to live 4, length 2."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A hostile datagram: `wrong` says in a clause what is wrong with it.

    Without `must_be_refused` a parser may also accept it, as long as it neither crashes nor hangs.
    """

    name: str
    data: bytes
    wrong: str
    must_be_refused: bool = True


class Draft:
    """A response in the making, with its random parts."""

    def __init__(self, random: Random, ident: int, question: bytes) -> None:
        self.random = random
        self.ident = ident
        self.question = question
        self.start = HEADER + len(question)
        """Offset of the first answer."""

    def message(self, *records: bytes, answers: int | None = None, questions: int = 1) -> bytes:
        """All of it; `answers` and `questions` are the counts that the header gives."""
        count = len(records) if answers is None else answers
        head = struct.pack("!6H", self.ident, 0x8180, questions, count, 0, 0)
        return head + self.question + b"".join(records)

    def record(self, data: bytes, *, kind: int = A, owner: bytes = TO_QUESTION, length: int | None = None) -> bytes:
        """One record; `length` is what its length field says."""
        ttl = self.random.randrange(1, 86400)
        return owner + struct.pack("!HHIH", kind, 1, ttl, len(data) if length is None else length) + data

    def address(self, size: int = 4) -> bytes:
        """Random bytes of this size."""
        return self.random.randbytes(size)

    def label(self, size: int | None = None) -> bytes:
        """A random label with its length in front."""
        size = self.random.randrange(3, 12) if size is None else size
        return bytes([size]) + bytes(self.random.choices(b"abcdefghijklmnopqrstuvwxyz", k=size))


def pointer(offset: int) -> bytes:
    """A compression pointer (RFC 1035, section 4.1.4)."""
    return struct.pack("!H", 0xC000 | offset)


def question(name: str, kind: str) -> bytes:
    """The bytes of a question: an ASCII name, one of `TYPES`, class IN."""
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".") if label]
    encoded = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return encoded + struct.pack("!HH", TYPES[kind], 1)


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to be hostile: what is wrong, in a clause, and how it is made."""

    wrong: str
    make: Callable[[Draft], bytes]
    must_be_refused: bool = True


def _ends_too_early(draft: Draft) -> bytes:
    whole = draft.message(draft.record(draft.address()))
    return whole[: draft.random.randrange(draft.start + 1, len(whole))]


def _pointers_at_each_other(draft: Draft) -> bytes:
    return draft.message(
        draft.record(pointer(draft.start), kind=CNAME, owner=pointer(draft.start + RECORD_HEAD)),
    )


def _forward_pointer(draft: Draft) -> bytes:
    name = draft.label() + draft.label() + b"\0"
    return draft.message(draft.record(name, kind=CNAME, owner=pointer(draft.start + RECORD_HEAD)))


def _pointer_past_the_end(draft: Draft) -> bytes:
    end = draft.start + RECORD_HEAD + 4
    return draft.message(draft.record(draft.address(), owner=pointer(draft.random.randrange(end, 0x4000))))


def _long_chain(draft: Draft) -> bytes:
    """1,500 pointers, each to the one before it, so that a parser that calls itself for each runs out of stack."""
    first = draft.start + RECORD_HEAD
    hops = [pointer(first), *(pointer(first + 1 + 2 * i) for i in range(1499))]
    chain = draft.record(b"\0" + b"".join(hops), kind=PRIVATE)
    return draft.message(chain, draft.record(draft.address(), owner=pointer(first + 1 + 2 * 1499)))


def _long_name(draft: Draft) -> bytes:
    return draft.message(draft.record(b"".join(draft.label(63) for _ in range(4)) + b"\0", kind=CNAME))


def _long_name_by_pointer(draft: Draft) -> bytes:
    first = b"".join(draft.label(63) for _ in range(3)) + b"\0"
    second = draft.label(63) + draft.label(63) + pointer(draft.start)
    return draft.message(draft.record(draft.address(), owner=first), draft.record(draft.address(), owner=second))


def _reserved_label(draft: Draft) -> bytes:
    size = draft.random.randrange(64, 192)
    return draft.message(draft.record(bytes([size]) + b"x" * size + b"\0", kind=CNAME))


def _string_past_its_record(draft: Draft) -> bytes:
    text = draft.label(20)
    return draft.message(draft.record(text, kind=TXT, length=10), draft.record(draft.address()))


def _name_past_its_record(draft: Draft) -> bytes:
    name = draft.label(8) + draft.label(8) + b"\0"
    return draft.message(draft.record(name, kind=CNAME, length=10), draft.record(draft.address()))


def _name_short_of_its_record(draft: Draft) -> bytes:
    return draft.message(draft.record(draft.label() + b"\0" + draft.address(3), kind=CNAME))


def _odd_label(draft: Draft, label: bytes) -> bytes:
    return draft.message(draft.record(bytes([len(label)]) + label + TO_QUESTION, kind=CNAME))


KINDS: dict[str, Kind] = {
    "empty datagram": Kind("there is nothing in it", lambda draft: b""),
    "cut in the header": Kind(
        "it ends within the header", lambda draft: draft.message()[: draft.random.randrange(1, HEADER)]
    ),
    "cut in the question": Kind(
        "it ends within the question",
        lambda draft: draft.message()[: -draft.random.randrange(1, len(draft.question))],
    ),
    "cut in a record": Kind("it ends within a record", _ends_too_early),
    "pointer to itself": Kind(
        "a name is a pointer to itself",
        lambda draft: draft.message(draft.record(draft.address(), owner=pointer(draft.start))),
    ),
    "pointers at each other": Kind("two pointers point at each other", _pointers_at_each_other),
    "name that grows": Kind(
        "a label is followed by a pointer back to it, so the name never ends",
        lambda draft: draft.message(draft.record(draft.address(), owner=draft.label() + pointer(draft.start))),
    ),
    "forward pointer": Kind("a pointer points at a name that comes later", _forward_pointer),
    "pointer past the end": Kind("a pointer points behind the end of the message", _pointer_past_the_end),
    "half a pointer": Kind("it ends after the first byte of a pointer", lambda draft: draft.message(b"\xc0")),
    "long chain": Kind("a name is reached through 1,500 pointers, each to an earlier place", _long_chain, False),
    "label of a reserved kind": Kind("a length byte is between 64 and 191, which no label has", _reserved_label),
    "label past the end": Kind("a label is longer than the rest of it", lambda draft: draft.message(b"\x3fabc")),
    "long name": Kind("a name is longer than 255 bytes", _long_name),
    "long name by pointer": Kind("a name is longer than 255 bytes once its pointer is followed", _long_name_by_pointer),
    "one record missing": Kind(
        "the header counts one record more than there is",
        lambda draft: draft.message(draft.record(draft.address()), answers=2),
    ),
    "65535 records": Kind("the header counts 65,535 records, and there are none", lambda d: d.message(answers=65535)),
    "65535 questions": Kind("the header counts 65,535 questions", lambda draft: draft.message(questions=65535)),
    "bytes left over": Kind(
        "bytes follow after the last record",
        lambda draft: draft.message(draft.record(draft.address()), draft.address(5), answers=1),
        False,
    ),
    "length past the end": Kind(
        "a record's length goes behind the end of the message",
        lambda draft: draft.message(draft.record(draft.address(), length=draft.random.randrange(5, 65536))),
    ),
    "short address": Kind("an A record has 3 bytes", lambda draft: draft.message(draft.record(draft.address(3)))),
    "long address": Kind("an A record has 5 bytes", lambda draft: draft.message(draft.record(draft.address(5)))),
    "short IPv6 address": Kind(
        "an AAAA record has 4 bytes", lambda draft: draft.message(draft.record(draft.address(), kind=AAAA))
    ),
    "string past its record": Kind("a TXT string is longer than its record", _string_past_its_record),
    "no string": Kind(
        "a TXT record has not even an empty string", lambda draft: draft.message(draft.record(b"", kind=TXT)), False
    ),
    "no exchange": Kind(
        "an MX record ends after its preference", lambda draft: draft.message(draft.record(b"\0\x0a", kind=MX))
    ),
    "name past its record": Kind("a CNAME's name is longer than its record", _name_past_its_record),
    "name short of its record": Kind("a CNAME's name is shorter than its record", _name_short_of_its_record),
    "dot in a label": Kind("a label holds a dot", lambda draft: _odd_label(draft, b"www.evil"), False),
    "label that is no text": Kind(
        "a label holds a NUL and bytes that are no UTF-8", lambda draft: _odd_label(draft, b"\0\xff\xfe"), False
    ),
}
"""Every kind by its name."""


def hostile_message(name: str, random: Random, *, ident: int, question: bytes) -> Sample:
    """One of the `KINDS`. `question` is the bytes of the question section. Raises `KeyError` for any other name."""
    kind = KINDS[name]
    return Sample(name, kind.make(Draft(random, ident, question)), kind.wrong, kind.must_be_refused)


def hostile_messages(random: Random, *, ident: int, question: bytes) -> list[Sample]:
    """One of each kind."""
    return [hostile_message(name, random, ident=ident, question=question) for name in KINDS]


__all__ = ["KINDS", "Draft", "Sample", "hostile_message", "hostile_messages", "question"]
