"""Messages with attachments whose names are written in unusual ways, or must not be used as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import mail_bytes as by_hand
from .mail_writer import HostileMail, Writer

HOSTILE_NAMES: dict[str, tuple[str, str | None]] = {
    "climbs out of the folder": ("../../{}.txt", "{}.txt"),
    "is absolute": ("/etc/{}.conf", "{}.conf"),
    "climbs out of the folder on Windows": ("..\\..\\{}.txt", "{}.txt"),
    "is absolute on Windows": ("C:\\Windows\\{}.ini", "{}.ini"),
    "has a NUL inside": ("{}.txt\0.exe", None),
    "has line breaks inside": ("{}\r\nX-Injected: yes", None),
    "is empty": ("", None),
    "is a dot": (".", None),
    "is two dots": ("..", None),
    "is a folder": ("{}/", None),
    "is longer than a file name can be": ("{}" + "x" * 400 + ".txt", None),
}
"""Names of attachments, with the safe base name that is left of each; `{}` is a random word (all F22)."""


def attachments(w: Writer) -> Iterator[HostileMail]:
    """Names that are harmless, once they are decoded."""
    name = f"{w.accented()}.dat"
    yield _with_attachments(w, "a name of percent-encoded bytes", (by_hand.percent_encoded(name), name))
    name = f"{w.accented()} {w.word()}.dat"
    yield _with_attachments(w, "a name in two pieces", (by_hand.in_pieces(name), name))
    name = f"{w.accented()}.dat"
    encoded_word = f'filename="{by_hand.b_word(name)}"'  # forbidden by RFC 2047, section 5, and done all the same
    yield _with_attachments(w, "a name that is an encoded word", (encoded_word, name))
    name = f"{w.word()}.dat"
    both = (by_hand.quoted(name), name)
    yield _with_attachments(w, "two attachments of the same name", both, both)


def hostile_names(w: Writer) -> Iterator[HostileMail]:
    """Names that a program must not use as they are, each in quotation marks if it can be, and percent-encoded."""
    for what, (pattern, base) in HOSTILE_NAMES.items():
        spellings: list[Callable[[str], str]] = [by_hand.percent_encoded]
        if pattern.isprintable():
            spellings.append(by_hand.quoted)
        for spelling in spellings:
            word = w.word()
            safe = None if base is None else base.format(word)
            how = "in quotation marks" if spelling is by_hand.quoted else "percent-encoded"
            written = spelling(pattern.format(word))
            yield _with_attachments(w, f"an attachment name that {what}, {how}", (written, safe), fault="F22")


def _with_attachments(w: Writer, name: str, *names: tuple[str, str | None], fault: str = "") -> HostileMail:
    """A message with an attachment for each name: how it is written, and how it should be reported."""
    body, text = w.text()
    contents = [w.content() for _ in names]
    parts = [by_hand.attachment(written, content) for (written, _), content in zip(names, contents, strict=True)]
    found = [by_hand.described(safe, content) for (_, safe), content in zip(names, contents, strict=True)]
    return w.mail(name, by_hand.multipart("mixed", body, *parts), text, attachments=found, fault=fault)


__all__ = ["HOSTILE_NAMES", "attachments", "hostile_names"]
