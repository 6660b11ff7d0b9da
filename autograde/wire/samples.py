"""Bytes that servers, parsers and files of the real world meet sooner or later: hostile and broken samples, by name.

    for sample in bad_texts():
        with raises(UnicodeDecodeError):
            read_line(sample.data)

A `Sample` says what is wrong with it, for the claim's message and the story. What is random is drawn from the `random`
that is given.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

Data = TypeVar("Data", bytes, str)


@dataclass(frozen=True, slots=True)
class Sample(Generic[Data]):
    """`data`, and in a few words what is special about it."""

    name: str
    data: Data

    def __str__(self) -> str:
        return self.name


def bad_texts() -> list[Sample[bytes]]:
    """F11: bytes that are no valid UTF-8 (RFC 3629), and at last one that is, but holds a NUL."""
    return [
        Sample("a byte that UTF-8 never uses", b"caf\xff"),
        Sample("Latin-1 instead of UTF-8", "café".encode("latin-1") + b"!"),
        Sample("a continuation byte without its beginning", b"caf\xa9"),
        Sample("a character that is cut off", "café".encode()[:-1]),
        Sample("an overlong form of a slash", b"caf\xc0\xaf"),
        Sample("half of a surrogate pair", b"caf\xed\xa0\x80"),
        Sample("a code point beyond Unicode", b"caf\xf4\x90\x80\x80"),
        Sample("a NUL byte", b"caf\x00e"),
    ]


def hostile_names(target: str = "passwd") -> list[Sample[str]]:
    """F22: names that try to reach where they must not; `target` is the last part of what they are after."""
    return [
        Sample("the folder above", f"../{target}"),
        Sample("far above", "../" * 12 + f"etc/{target}"),
        Sample("up from a folder within", f"inside/../../{target}"),
        Sample("an absolute path", f"/etc/{target}"),
        Sample("backslashes", f"..\\{target}"),
        Sample("a drive letter", f"C:\\{target}"),
        Sample("percent-encoded dots", f"%2e%2e/{target}"),
        Sample("percent-encoded slash", f"..%2f{target}"),
        Sample("twice percent-encoded", f"%252e%252e/{target}"),
        Sample("a NUL byte", f"{target}\0.txt"),
        Sample("a line break that begins a header", f"{target}\r\nX-Injected: yes"),
        Sample("a line break that begins a command", f"{target}\r\nDELE {target}"),
        Sample("the folder itself", "."),
        Sample("the folder above itself", ".."),
        Sample("nothing", ""),
        Sample("a home directory", f"~/{target}"),
        Sample("a shell command", f"{target}; touch {target}.owned"),
        Sample("spaces at the ends", f" {target} "),
        Sample("another spelling of dots", f"\uff0e\uff0e/{target}"),
    ]


def bombs(size: int = 50_000_000) -> list[Sample[bytes]]:
    """F23: small input that unpacks to something of about `size` bytes, or as deep or as many."""
    zeros = gzip.compress(bytes(size), mtime=0)
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    return [
        Sample("gzip of zeros", zeros),
        Sample("gzip within gzip", gzip.compress(zeros, mtime=0)),
        Sample("zlib of zeros", zlib.compress(bytes(size), 9)),
        Sample("raw deflate of zeros", _raw_deflate(size)),
        Sample("XML entities that multiply", f'<!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><d>&e8;</d>'.encode()),
        Sample("one small XML entity", b'<!DOCTYPE d [<!ENTITY e "ha">]><d>&e;</d>'),
        Sample("JSON nested 100,000 deep", b"[" * 100_000 + b"]" * 100_000),
        Sample("a JSON number of 5,000 digits", b"9" * 5_000),
    ]


def _raw_deflate(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(bytes(size)) + packer.flush()


def near_misses(secret: bytes, random: Random) -> list[Sample[bytes]]:
    """F29: what is not `secret` (at least two bytes), but looks like it: for tokens, keys and identifiers."""
    place = random.randrange(len(secret))
    changed = bytes([secret[place] ^ (1 << random.randrange(8))])
    return [
        Sample("one bit is wrong", secret[:place] + changed + secret[place + 1 :]),
        Sample("the last byte is missing", secret[:-1]),
        Sample("one byte too many", secret + b"\x00"),
        Sample("empty", b""),
        Sample("another one of the same length", bytes(byte ^ random.randrange(1, 256) for byte in secret)),
        Sample("its bytes reversed", secret[::-1] if secret[::-1] != secret else secret + secret),
    ]


def truncations(data: bytes) -> Iterator[Sample[bytes]]:
    """F30: every beginning of `data` that is not all of it, the empty one too."""
    for end in range(len(data)):
        yield Sample(f"only the first {end} of {len(data)} bytes", data[:end])


def bit_flips(data: bytes) -> Iterator[Sample[bytes]]:
    """F30: `data` with one bit flipped, for every bit of it."""
    for place in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        yield Sample(f"bit {place % 8} of byte {place // 8 + 1} flipped", bytes(flipped))


def lying_numbers(data: bytes, at: int, width: int) -> list[Sample[bytes]]:
    """F10, F30: `data` whose big-endian unsigned number of `width` bytes at offset `at` says something else.

    The largest one is a declared length that nobody should reserve memory for.
    """
    true, most = int.from_bytes(data[at : at + width], "big"), 256**width - 1
    lies = {
        0: "nothing",
        true - 1: "one too few",
        true + 1: "one too many",
        true * 2: "twice as many",
        most: "the most",
    }
    return [
        Sample(f"the number says {lie:,} instead of {true:,} ({words})", _with_number(data, at, width, lie))
        for lie, words in lies.items()
        if 0 <= lie <= most and lie != true
    ]


def _with_number(data: bytes, at: int, width: int, number: int) -> bytes:
    return data[:at] + number.to_bytes(width, "big") + data[at + width :]


__all__ = [
    "Sample", "bad_texts", "bit_flips", "bombs", "hostile_names", "lying_numbers", "near_misses", "truncations",
]  # fmt: skip
