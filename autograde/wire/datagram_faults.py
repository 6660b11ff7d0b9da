"""What a relay can do to datagrams: one rule for each fault of the catalogue.

    datagram_relay(server.address, to_server=[drops(2)], to_student=[corrupts(rate=0.1)], random=score.random)

A rule says to which datagrams of one direction it applies: by their numbers (the first is 1), by a `rate` (0 to 1), or
by what is in them (`when`). A rate is decided for each datagram by its number and the relay's seed alone, so that the
same datagrams meet the same fate in a replay, however the two directions interleave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from .codes import FAULTS
from .show import brief, count

Condition = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A datagram on its way out of the relay: what becomes of it.

    `remark` says in a word what was done to it ("again", "changed: …"). It waits for `behind` later datagrams of
    its direction, or for `seconds`, before it leaves. `from_stranger`: it leaves from an address of its own.
    """

    data: bytes
    remark: str = ""
    behind: int = 0
    seconds: float = 0.0
    from_stranger: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault of a relay: `clause` completes "the relay …"; `act` turns one delivery into what is delivered instead."""

    clause: str
    fault: str
    applies: Callable[[int, bytes, Random], bool]
    act: Callable[[Delivery, Random], Iterable[Delivery]]

    def describe(self) -> str:
        """The clause, with the fault's code and name."""
        return f"{self.clause} ({self.fault}, {FAULTS[self.fault].name})"


def fate(rules: Iterable[Rule], number: int, data: bytes, seed: str) -> list[Delivery]:
    """What becomes of the datagram with this number: each rule in turn is applied to what the earlier ones left."""
    deliveries = [Delivery(data)]
    for place, rule in enumerate(rules):
        random = Random(f"{seed} {place} {number}")
        if rule.applies(number, data, random):
            deliveries = [out for each in deliveries for out in _acted(rule, each, random)]
    return deliveries


def _acted(rule: Rule, delivery: Delivery, random: Random) -> Iterable[Delivery]:
    return [delivery] if delivery.from_stranger else rule.act(delivery, random)


def drops(*numbers: int, rate: float = 0.0, when: Condition | None = None) -> Rule:
    """F15: these datagrams go no further."""
    return Rule(f"loses {_which(numbers, rate, when)}", "F15", _chooser(numbers, rate, when), lambda one, random: [])


def duplicates(*numbers: int, rate: float = 0.0, when: Condition | None = None, times: int = 1) -> Rule:
    """F14: these datagrams arrive `times` more times, one right after the other."""

    def act(one: Delivery, random: Random) -> Iterator[Delivery]:
        yield one
        for _ in range(times):
            yield replace(one, remark="again")

    often = "twice" if times == 1 else f"{times + 1} times"
    return Rule(f"delivers {_which(numbers, rate, when)} {often}", "F14", _chooser(numbers, rate, when), act)


def reorders(*numbers: int, rate: float = 0.0, when: Condition | None = None, behind: int = 1) -> Rule:
    """F16: these datagrams are kept back until `behind` later ones of the same direction have come.

    No clock is involved: if no later one ever comes, the datagram never arrives.
    """
    clause = f"keeps {_which(numbers, rate, when)} back until {count(behind, 'later one')} came"
    return Rule(clause, "F16", _chooser(numbers, rate, when), lambda one, random: [replace(one, behind=behind)])


def holds(*numbers: int, seconds: float, rate: float = 0.0, when: Condition | None = None) -> Rule:
    """F16: these datagrams arrive `seconds` later; what comes meanwhile overtakes them."""
    clause = f"keeps {_which(numbers, rate, when)} back for {seconds:g} s"
    return Rule(clause, "F16", _chooser(numbers, rate, when), lambda one, random: [replace(one, seconds=seconds)])


def corrupts(*numbers: int, rate: float = 0.0, when: Condition | None = None, bits: int = 1) -> Rule:
    """F17: in these datagrams `bits` bits, chosen by the seed, are flipped.

    The relay sends the result as a datagram of its own, so UDP's checksum is right again: only a check in the data
    itself can tell. (On a real path such a change gets past the 16-bit checksum now and then.)
    """

    def act(one: Delivery, random: Random) -> Iterator[Delivery]:
        data = bytearray(one.data)
        places = sorted(random.sample(range(len(data) * 8), min(bits, len(data) * 8)))
        for place in places:
            data[place // 8] ^= 1 << place % 8
        where = ", ".join(f"bit {place % 8} of byte {place // 8 + 1}" for place in places)
        yield replace(one, data=bytes(data), remark=f"changed: {where}")

    flips = "a bit" if bits == 1 else f"{bits} bits"
    return Rule(f"flips {flips} in {_which(numbers, rate, when)}", "F17", _chooser(numbers, rate, when), act)


def shortens(*numbers: int, to: int, rate: float = 0.0, when: Condition | None = None) -> Rule:
    """F17: of these datagrams only the first `to` bytes arrive."""

    def act(one: Delivery, random: Random) -> Iterator[Delivery]:
        yield replace(one, data=one.data[:to], remark=f"changed: cut to {count(to)}")

    return Rule(f"cuts {_which(numbers, rate, when)} to {count(to)}", "F17", _chooser(numbers, rate, when), act)


def intrudes(*numbers: int, data: bytes | None = None, rate: float = 0.0, when: Condition | None = None) -> Rule:
    """F18: before these datagrams, one arrives from a stranger: the same bytes, or `data`, from another port."""

    def act(one: Delivery, random: Random) -> Iterator[Delivery]:
        yield Delivery(one.data if data is None else data, from_stranger=True)
        yield one

    what = "the same bytes" if data is None else brief(data)
    clause = f"lets a stranger send {what} before {_which(numbers, rate, when)}"
    return Rule(clause, "F18", _chooser(numbers, rate, when), act)


def _chooser(numbers: tuple[int, ...], rate: float, when: Condition | None) -> Callable[[int, bytes, Random], bool]:
    """To which datagrams a rule applies. Raises `ValueError` if that was said in no way, or in more than one."""
    if bool(numbers) + bool(rate) + (when is not None) != 1:
        raise ValueError("say to which datagrams: by numbers, by rate=, or by when=")
    if not 0 <= rate <= 1 or any(number < 1 for number in numbers):
        raise ValueError("a rate is between 0 and 1, and the first datagram has number 1")
    if rate:
        return lambda number, data, random: random.random() < rate
    return lambda number, data, random: when(data) if when is not None else number in numbers


def _which(numbers: tuple[int, ...], rate: float, when: Condition | None) -> str:
    if rate:
        return f"{100 * rate:g} % of the datagrams"
    if when is not None:
        return "certain datagrams"
    listed = ", ".join(map(str, numbers[:8])) + (", …" if len(numbers) > 8 else "")
    return f"datagram{'' if len(numbers) == 1 else 's'} {listed}"


__all__ = ["Delivery", "Rule", "corrupts", "drops", "duplicates", "fate", "holds", "intrudes", "reorders", "shortens"]
