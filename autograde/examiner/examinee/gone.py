"""Modules that Python 3.13 no longer has are not there for the student's code under any Python.

Python 3.11 and 3.12 still have them. An answer that imports one would get other marks there than under 3.13, and its
author would hear nothing of it until their own Python is updated.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

GONE = frozenset({
    "aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp",
    "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau",
    "telnetlib", "uu", "xdrlib",
})  # fmt: skip
"""What left the library with 3.12 (its "What's new") and with 3.13 (PEP 594)."""


class Refusal:
    """A finder that says of these modules why they are not there, and leaves all others to the finders behind it."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Raise `ModuleNotFoundError` for what is gone."""
        if name in GONE:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def hide() -> None:
    """From now on they cannot be imported."""
    sys.meta_path.insert(0, Refusal)
