"""Stand-ins for what is not there: every use says why.

A check takes its names before its claims begin. So that each claim can fail with the reason, and `except ShortRead`
does not break the check itself, a missing class is a class here too, one that can be caught and that nothing ever
raises.
"""

from __future__ import annotations

from typing import Any, NoReturn

from autograde.examiner.standin import Callable


class Absent(Callable):
    """A missing function."""

    def __init__(self, name: str, reason: Exception) -> None:
        self._name, self._reason = name, reason

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Say why it is not there."""
        raise BaseException.with_traceback(self._reason, None)

    start = within = limits = leaves_nothing_behind = cpu_seconds = __call__

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_repr_", "_ipython_")):
            raise AttributeError(name)
        return self()


class _Missing(type):
    _reason: Exception

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        raise BaseException.with_traceback(cls._reason, None)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return cls()


def absent(name: str, reason: Exception) -> Any:
    """What stands for a name that cannot be had: a class if it is spelled like one, else a function."""
    if name[:1].isupper():
        return _Missing(name, (Exception,), {"__module__": "answer", "_reason": reason})
    return Absent(name, reason)
