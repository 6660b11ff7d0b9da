"""What is known about a failed claim: the error, the record of the last conversation, what was compared, the answer."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from autograde.examiner.compared import Explanation
from autograde.examiner.parsing import parsed
from autograde.wire.transcript import Event, Transcript

ENDINGS = {"half-closes", "closes"}
"""What ends what the other side sends, in good order."""


@dataclass(frozen=True)
class Evidence:
    """`found` is what the verdict says; `likely` the claim's own guess; `source` the text of the answer cells."""

    error: BaseException
    transcript: Transcript
    found: Explanation
    likely: str = ""
    source: str = ""

    @property
    def wanted(self) -> bytes | None:
        """The bytes that were wanted, if bytes were compared."""
        return self.found.wanted

    @property
    def got(self) -> bytes | None:
        """The bytes that came instead."""
        return self.found.got

    @property
    def returned(self) -> str:
        """What the last call returned, as the record has it; "" if it did not return."""
        ends = [event for event in self.transcript if event.kind in ("returns", "raises", "hangs")]
        return ends[-1].text if ends and ends[-1].kind == "returns" else ""

    @property
    def has_returned_something(self) -> bool:
        """The last call returned, and not just None."""
        return self.returned not in ("", "None")

    @property
    def _before_it_returned(self) -> list[Event]:
        """What happened in the last conversation before the last call returned; nothing if it did not."""
        events = list(self.transcript)
        ends = [place for place, event in enumerate(events) if event.kind == "returns"]
        return events[: ends[-1]] if ends else []

    @property
    def was_ended(self) -> bool:
        """Another side ended its stream, in good order, before the last call returned."""
        return any(event.kind in ENDINGS and event.lane != "student" for event in self._before_it_returned)

    @property
    def had_not_ended(self) -> bool:
        """The last call returned, there was another side, and by then that had neither ended nor aborted its stream."""
        kinds = {event.kind for event in self._before_it_returned if event.lane != "student"}
        return bool(kinds & {"accepts", "sends"}) and not kinds & {*ENDINGS, "resets"}

    @property
    def is_from_student(self) -> bool:
        """The error was raised by the student's own code."""
        return hasattr(self.error, "__examinee__")

    @cached_property
    def catches_without_raising(self) -> bool:
        """Some exception handler of the answer raises nothing, or `suppress` is used: an error can get lost there."""
        if not self.source:
            return True
        try:
            nodes = list(ast.walk(parsed(self.source)))
        except SyntaxError:
            return True
        handlers = [node for node in nodes if isinstance(node, ast.ExceptHandler)]
        is_quiet = any(not any(isinstance(part, ast.Raise) for part in ast.walk(each)) for each in handlers)
        return is_quiet or any(getattr(node, "id", getattr(node, "attr", "")) == "suppress" for node in nodes)
