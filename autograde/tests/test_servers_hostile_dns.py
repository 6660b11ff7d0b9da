"""Hostile DNS messages: each has the flaw that its name says, and no other."""

from __future__ import annotations

import struct
from random import Random

import pytest
from dns import exception, message, name

from autograde.servers.hostile_dns import KINDS, Draft, hostile_message, hostile_messages, question

IDENT = 0x4242
ASKED = question("www.loopback.example", "A")
START = 12 + len(ASKED)


def made(kind: str, seed: int = 1) -> bytes:
    """The sample of this kind."""
    return hostile_message(kind, Random(seed), ident=IDENT, question=ASKED).data


def test_without_a_flaw_the_same_parts_make_a_right_message() -> None:
    """What the hostile messages are made of is understood, so that a refusal is due to the flaw."""
    draft = Draft(Random(1), IDENT, ASKED)
    right = message.from_wire(draft.message(draft.record(draft.address())))
    assert right.id == IDENT and [rrset.name.to_text() for rrset in right.answer] == ["www.loopback.example."]
    assert len(right.answer[0]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_dnspython_refuses_it_or_reads_it_without_harm(kind: str) -> None:
    """Whatever the seed: an error of the library's own kind, or a message where that is allowed too."""
    for seed in range(40):
        sample = hostile_message(kind, Random(seed), ident=IDENT, question=ASKED)
        try:
            message.from_wire(sample.data)
        except exception.DNSException:
            continue
        assert not sample.must_be_refused, f"{kind} with seed {seed} was accepted"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("empty datagram", message.ShortHeader),
        ("cut in the header", message.ShortHeader),
        ("pointer to itself", name.BadPointer),
        ("pointers at each other", name.BadPointer),
        ("name that grows", name.BadPointer),
        ("forward pointer", name.BadPointer),
        ("pointer past the end", name.BadPointer),
        ("label of a reserved kind", name.BadLabelType),
        ("long name", name.NameTooLong),
        ("long name by pointer", name.NameTooLong),
        ("bytes left over", message.TrailingJunk),
    ],
)
def test_it_is_refused_for_the_reason_that_its_name_says(kind: str, error: type[Exception]) -> None:
    """Where the library has an exception of its own for that."""
    with pytest.raises(error):
        message.from_wire(made(kind))


def test_the_pointers_are_where_they_should_be() -> None:
    """Looked at byte by byte: owners of the first answer, and where they lead."""
    assert made("pointer to itself")[START:].startswith(struct.pack("!H", 0xC000 + START))
    there, back = made("pointers at each other")[START : START + 2], made("pointers at each other")[-2:]
    assert int.from_bytes(there, "big") == 0xC000 + START + 12 and int.from_bytes(back, "big") == 0xC000 + START
    growing = made("name that grows")
    label = growing[START]
    assert growing[START + 1 + label : START + 3 + label] == struct.pack("!H", 0xC000 + START)
    past = made("pointer past the end")
    assert int.from_bytes(past[START : START + 2], "big") - 0xC000 >= len(past)
    forward = made("forward pointer")
    assert int.from_bytes(forward[START : START + 2], "big") - 0xC000 == START + 12 < len(forward)


def test_the_chain_has_1500_hops_and_ends_well() -> None:
    """Followed by hand, hop by hop: each goes back, and the last one reaches the root."""
    data = made("long chain")
    at, hops = len(data) - 16, 0
    while data[at] >= 0xC0:
        to = int.from_bytes(data[at : at + 2], "big") - 0xC000
        assert to < at
        at, hops = to, hops + 1
    assert data[at] == 0 and hops == 1501


def test_counts_and_lengths_lie_as_they_say() -> None:
    """The numbers in the bytes, against what is there."""
    assert struct.unpack("!6H", made("65535 records")[:12]) == (IDENT, 0x8180, 1, 65535, 0, 0)
    assert struct.unpack("!6H", made("65535 questions")[:12])[2] == 65535 and len(made("65535 questions")) == START
    assert struct.unpack("!6H", made("one record missing")[:12])[3] == 2
    assert len(made("one record missing")) == len(made("short address")) + 1 == START + 16
    past = made("length past the end")
    assert int.from_bytes(past[START + 10 : START + 12], "big") > len(past) - START - 12
    text = made("string past its record")
    assert text[START + 12] == 20 > int.from_bytes(text[START + 10 : START + 12], "big") - 1


def test_the_same_seed_makes_the_same_messages() -> None:
    """And another one others; all have a name, a clause, and the identifier that was asked for."""
    once, again, other = (hostile_messages(Random(seed), ident=IDENT, question=ASKED) for seed in (3, 3, 4))
    assert once == again != other and [sample.name for sample in once] == list(KINDS)
    assert all(sample.wrong and sample.data[:2] == b"\x42\x42"[: len(sample.data)] for sample in once)
