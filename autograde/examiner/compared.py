"""Two values that a check compared, told apart in words: what was wanted, what came instead, of which type, in which
entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograde.wire.show import brief


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an assertion failed. `problem` says it in one sentence.

    `wanted` and `got` are there where both are bytes and can be laid side by side. `is_compared`: two values were
    compared. `is_other_type`: what came is of another type than what was wanted, or a dictionary with other
    fields.
    `entries` are the keys under which two dictionaries differ, and `types` says which of these are of another type.
    `is_in_helper`: not a statement of the claim itself failed, but one of a function that it calls.
    """

    problem: str
    wanted: bytes | None = None
    got: bytes | None = None
    is_compared: bool = False
    is_other_type: bool = False
    entries: frozenset[str] = frozenset()
    types: str = ""
    is_in_helper: bool = False


def compared(subject: str, wanted: Any, got: Any) -> Explanation:
    """What to say of two values that should be equal. `subject` says what the second one is."""
    problem = f"{subject} is not what was wanted"
    if isinstance(wanted, bytes) and got is None:
        return Explanation(f"{problem}: wanted {short(wanted)}, got None{FORGOTTEN}", is_compared=True)
    if isinstance(wanted, bytes | bytearray) and isinstance(got, bytes | bytearray):
        return Explanation(problem + ".", bytes(wanted), bytes(got), is_compared=True)
    is_other_type = of_other_type(wanted, got) or (got is None and isinstance(wanted, dict | list | tuple | int))
    if isinstance(wanted, dict) and isinstance(got, dict):
        has_fields = all(isinstance(key, str) for key in wanted)  # other keys are data themselves
        is_other_type = is_other_type or (has_fields and wanted.keys() != got.keys())
        apart = list(_told_apart(wanted, got))
        entries = frozenset(str(place[-1]) for place, _, _ in apart)
        types = "; ".join(f"{place_of(place)} is {remark}" for place, _, remark in apart if remark.count(", not "))
        return Explanation(f"{problem}: {_differences(apart)}", None, None, True, is_other_type, entries, types)
    said = f"{problem}: wanted {short(wanted)}, got {short(got)}"
    if is_other_type:
        said += FORGOTTEN if got is None else _types(wanted, got, ". What came is {}, not {}")
    return Explanation(said, is_compared=True, is_other_type=is_other_type)


def unordered(subject: str, wanted: Any, got: Any, relation: str) -> Explanation:
    """The same for a value that should be more, or less, or another than `wanted`, as `relation` says."""
    said = f"{subject} is not what was wanted: wanted {relation} {short(wanted)}, got {short(got)}"
    return Explanation(said, is_compared=True, is_other_type=of_other_type(wanted, got))


def untyped(subject: str, wanted: Any, got: Any) -> Explanation:
    """The same for a value that should be of a type, or of one of several."""
    several = wanted if isinstance(wanted, tuple) else getattr(wanted, "__args__", (wanted,))  # `list | tuple` has some
    names = " or ".join(named(getattr(each, "__name__", "object")) for each in several)
    came = "None" if got is None else f"{_a_kind_of(got)}: {short(got)}"
    said = f"{subject} is not of the type that was wanted: wanted {names}, got {came}"
    return Explanation(said + (FORGOTTEN if got is None else ""), is_compared=True, is_other_type=True)


FORGOTTEN = ". Was there a `return` on this way out?"

MOST_DIFFERENCES = 6
"""Entries of two dictionaries that are told apart in one sentence."""


Apart = tuple[tuple[Any, ...], str, str]
"""The keys that lead to an entry that is not as wanted, what is to be said of it, and a remark on the two values."""


def _differences(apart: Sequence[Apart]) -> str:
    """A clause for each entry that is not as wanted; one of a dictionary within is named by both keys."""
    said = [place_of(place) + clause + (f" ({remark})" if remark else "") for place, clause, remark in apart]
    more = len(said) - MOST_DIFFERENCES
    return "; ".join(said[:MOST_DIFFERENCES] + ([f"and {more} more"] if more > 0 else []))


def place_of(keys: tuple[Any, ...]) -> str:
    """As Python writes it: ['a']['b']."""
    return "".join(f"[{short(key)}]" for key in keys)


def _told_apart(wanted: dict[Any, Any], got: dict[Any, Any], place: tuple[Any, ...] = ()) -> Iterator[Apart]:
    for key in [*wanted, *(key for key in got if key not in wanted)]:
        here = (*place, key)
        if key not in got:
            yield here, " is missing", ""
        elif key not in wanted:
            yield here, " is there, and should not be", ""
        elif isinstance(wanted[key], dict) and isinstance(got[key], dict):
            yield from _told_apart(wanted[key], got[key], here)
        elif got[key] != wanted[key]:
            clause = f": wanted {short(wanted[key])}, got {short(got[key])}"
            yield here, clause, _remark(wanted[key], got[key])


def _remark(wanted: Any, got: Any) -> str:
    if _is_backwards(wanted, got):
        return BACKWARDS
    return _types(wanted, got, "{}, not {}") if of_other_type(wanted, got) else ""


BACKWARDS = "its bytes in the opposite order"


def _is_backwards(wanted: Any, got: Any) -> bool:
    """Two numbers of 2, 4 or 8 bytes, one of which is the other read from its end."""
    if type(wanted) is not int or type(got) is not int or min(wanted, got) < 0:
        return False
    sizes = [size for size in (2, 4, 8) if max(wanted, got) < 256**size]
    return any(wanted.to_bytes(size, "big") == got.to_bytes(size, "little") for size in sizes)


ALIKE = (bytes, bytearray, memoryview), (int, float)
"""Types that may stand for each other: what differs then is not the type."""


def of_other_type(wanted: Any, got: Any) -> bool:
    """Something came that is of another type than what was wanted, or has such an item or entry.

    None stands for what is not there, so it is no other type; but not in the place of bytes, and no empty container
    stands for it.
    """
    if isinstance(wanted, dict) and isinstance(got, dict):
        return any(of_other_type(wanted[key], got[key]) for key in wanted if key in got)
    if type(wanted) is type(got) and isinstance(wanted, list | tuple):
        return any(map(of_other_type, wanted, got))
    if wanted is None or got is None:
        return isinstance(wanted, bytes) or (wanted is None and isinstance(got, dict | list | tuple) and not got)
    return kind_of(wanted) != kind_of(got) and not any({type(wanted), type(got)} <= {*alike} for alike in ALIKE)


def _types(wanted: Any, got: Any, words: str) -> str:
    """The words with both types in them, or about an item of another type; "" where neither differs."""
    if kind_of(wanted) != kind_of(got):
        return words.format(_a_kind_of(got), "None" if wanted is None else _a_kind_of(wanted))
    if not isinstance(wanted, list | tuple):
        return ""
    apart = (place for place, pair in enumerate(zip(wanted, got, strict=False)) if of_other_type(*pair))
    place = next(apart, None)
    return "" if place is None else _types(wanted[place], got[place], f". Item {place + 1} is {{}}, not {{}}")


def kind_of(value: Any) -> str:
    """The name of the class of a value; for an object in the examinee, that of its own."""
    return str(getattr(value, "_examinee_kind", type(value).__name__))


class NotKept:
    """In the place of an object that was not kept, so that it can be said what it was."""

    def __init__(self, kind: str) -> None:
        self._examinee_kind = kind

    def __repr__(self) -> str:
        return f"<{named(self._examinee_kind)} object>"


def _a_kind_of(value: Any) -> str:
    return named(kind_of(value)) + (" object" if hasattr(value, "_examinee_kind") else "")


def named(kind: str) -> str:
    """The name of a class with its article, which `bytes` has not."""
    return kind if kind == "bytes" else f"{'an' if kind[:1].lower() in 'aeio' else 'a'} {kind}"


def short(value: Any) -> str:
    """A value as a story shows it."""
    if isinstance(value, bytes):
        return brief(value)
    try:
        text = repr(value)
    except Exception:  # whatever a value does when it is shown, it is only shown
        return f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= 200 else f"{text[:160]}… ({len(text):,} characters)"
