"""The stand-in of an object that lives in an examinee: it has the object's attributes and methods, and nothing else.

An object never decides whether it is what a check wants. It is asked how it compares with another object of the
student's; with a check's own data it is neither shown nor asked: it does not equal any, has no order with any, has in
it what its items equal here, and is true if it has a length and that is not 0.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from autograde.examiner import spoken
from autograde.examiner.compared import named
from autograde.examiner.errors import Died, StudentFault
from autograde.examiner.process import Examinee
from autograde.examiner.running import DEADLINE, Call
from autograde.examiner.seat import Seat
from autograde.examiner.standin import Living, attribute


class Object(Living):
    """An object in the examinee."""

    def __init__(self, seat: Seat, examinee: Examinee, number: int, kind: str) -> None:
        hidden = {"_examinee_seat": seat, "_examinee": examinee, "_examinee_number": number, "_examinee_kind": kind}
        self.__dict__.update(hidden)

    def __reference__(self, examinee: Examinee) -> tuple[str, Any]:
        """How it is passed as an argument."""
        if examinee is not self._examinee:
            raise TypeError(f"this {self._examinee_kind} lives in another process of the student's code")
        if not examinee.is_alive:
            raise Died(f"the {self._examinee_kind} is gone: its process {examinee.death}")
        return "handle", self._examinee_number

    def _examinee_do(self, operation: str, *arguments: Any, text: str = "") -> Any:
        name = self.__dict__["_examinee_kind"]
        call = Call(name, operation, (self, *arguments), DEADLINE, text, self.__dict__["_examinee"])
        return self.__dict__["_examinee_seat"].perform(call)

    def __del__(self) -> None:
        self.__dict__["_examinee"].dropped.append(self.__dict__["_examinee_number"])

    def __getattr__(self, name: str) -> Any:
        return attribute(self._examinee_seat, self._examinee, self, self._examinee_kind, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._examinee_do("set attribute", name, value)

    def __delattr__(self, name: str) -> None:
        self._examinee_do("delete attribute", name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._examinee_do("call", args, kwargs, text=spoken.call(self._examinee_kind, args, kwargs))

    def __iter__(self) -> Any:
        return self._examinee_do("iterate")

    def __next__(self) -> Any:
        there_is_one, item = self._examinee_do("next")
        if not there_is_one:
            raise StopIteration
        return item

    def __len__(self) -> int:
        return int(self._examinee_do("length"))

    def __bool__(self) -> bool:
        try:
            return len(self) > 0
        except TypeError:
            raise self._not_plain("True or False") from None

    def __getitem__(self, key: Any) -> Any:
        return self._examinee_do("item", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._examinee_do("set item", key, value)

    def __delitem__(self, key: Any) -> None:
        self._examinee_do("delete item", key)

    def __contains__(self, item: Any) -> bool:
        return any(item is each or item == each for each in self._examinee_do("items"))

    def __eq__(self, other: object) -> bool:
        return self is other or (self._is_beside(other) and bool(self._examinee_do("equals", other)))

    def __lt__(self, other: object) -> bool:
        return self._compared("less", other)

    def __le__(self, other: object) -> bool:
        return self._compared("less or equal", other)

    def __gt__(self, other: object) -> bool:
        return self._compared("greater", other)

    def __ge__(self, other: object) -> bool:
        return self._compared("greater or equal", other)

    def _compared(self, operation: str, other: object) -> bool:
        if not self._is_beside(other):
            raise self._not_plain("plain data")
        return bool(self._examinee_do(operation, other))

    def _is_beside(self, other: object) -> bool:
        """The other is an object of the same process, which this one may be asked to compare itself with."""
        return isinstance(other, Object) and other._examinee is self._examinee

    def _not_plain(self, wanted: str) -> StudentFault:
        return StudentFault(f"Your code gave an object of its own class `{self._examinee_kind}` instead of {wanted}")

    __hash__ = object.__hash__

    def __enter__(self) -> Any:
        gives_itself, value = self._examinee_do("enter")
        return self if gives_itself else value

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, StudentFault) and not self._examinee.is_alive:
            return False
        passed = error if isinstance(error, Exception) and not isinstance(error, StudentFault) else None
        if error is not None and passed is None:
            passed = RuntimeError(str(error))
        return bool(self._examinee_do("leave", passed)) and passed is error

    def __str__(self) -> str:
        return str(self._examinee_do("text"))

    def __repr__(self) -> str:
        return f"<{named(self._examinee_kind)} object>"


def wrap(seat: Seat, examinee: Examinee, number: int, kind: str) -> Object:
    """The stand-in of an object that an examinee holds under a number."""
    return Object(seat, examinee, number, kind)
