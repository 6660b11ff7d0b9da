"""The story of a conversation: its record in numbered sentences that a student can read.

`sentences` turns a transcript into words, shortened around the step that failed; `Story` puts the verdict under it:
wanted against got with a caret, the likely misunderstanding by name and what to try, the lesson that treats it, and the
seed that replays it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from .codes import MISTAKES
from .deeds import CHANNEL, failed_attempts, words_for
from .shorten import around, fold_repeats, repetition, window, without_numbers
from .show import comparison
from .transcript import Event

LINES = 15
"""Lines of a long story."""

HERE = "  ← here"
"""What stands behind the step at which a conversation went wrong."""


class Sentence(str):
    """One line of a story. `steps` is how many steps it tells: 1, or the number of those left out where it stands."""

    steps = 1

    @classmethod
    def for_many(cls, words: str, steps: int) -> Sentence:
        """The line that stands for so many steps."""
        line = cls(words)
        line.steps = steps
        return line


def turning_point(events: Iterable[Event], missed: str = "") -> Event | None:
    """The event at which a conversation went wrong.

    If the failure is that a script was not met, `missed` is its problem, and the event is where it was; else it is how
    the last call of the student's function ended.
    """
    events = list(events)
    if missed:
        return next((event for event in events if event.kind == "misses" and event.text == missed), None)
    return next((event for event in reversed(events) if event.kind in ("returns", "raises", "hangs")), None)


def sentences(transcript: Iterable[Event], *, failing: Event | None = None, most: int = LINES) -> list[Sentence]:
    """The record in order: one sentence for each event or run of like events, in at most `most` lines.

    `failing` (unless given: the first step of a script that was not met) is marked, and what is around it is kept.
    What repeats is told twice and then counted.
    """
    events = list(transcript)
    if failing is None:
        failing = next((event for event in events if event.kind == "misses"), None)
    parties = {lane for event in events for lane in (event.lane, event.to) if lane and not CHANNEL.fullmatch(lane)}
    failed = failed_attempts(events)
    told = []
    for run in _runs(events):
        here = HERE if any(event is failing for event in run) else ""
        has_failed = any(event is run[0] for event in failed)
        if words := words_for(run, is_crowded=len(parties) > 2, has_failed=has_failed):
            told.append(Sentence(words + here))
    return _shortened(told, most)


def _runs(events: Iterable[Event]) -> list[list[Event]]:
    """Neighboring sends, and neighboring receipts, of one lane together: TCP does not keep their borders anyway.

    It does not hold for datagrams: each is one of its own.
    """

    def alike(event: Event) -> object:
        is_piece = event.kind in ("sends", "receives") and not event.unit
        return (event.lane, event.kind, event.to, event.via, event.text) if is_piece else id(event)

    return [list(group) for _, group in groupby(events, alike)]


def _shortened(told: Sequence[Sentence], most: int) -> list[Sentence]:
    folded = fold_repeats(told, without_numbers, _repeated)
    failing = next((place for place, line in enumerate(folded) if line.endswith(HERE)), None)
    return window(folded, around(len(folded), most, failing), _left_out)


def _repeated(left_out: Sequence[Sentence], times: int) -> Sentence:
    return Sentence.for_many(f"… {repetition(left_out, times)} …", len(left_out))


def _left_out(lines: Sequence[Sentence]) -> Sentence:
    steps = sum(line.steps for line in lines)
    return Sentence.for_many(f"… {steps:,} more steps …", steps)


@dataclass(frozen=True, slots=True)
class Story:
    """Why a claim failed.

    `scripts` are what the other sides were to do, `steps` what happened, `problem` the verdict in one sentence,
    `details` lines under it; `wanted` and `got` are bytes to be compared, if any; `mistake` is a key of `MISTAKES`.
    """

    problem: str
    steps: Sequence[Sentence] = ()
    scripts: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    wanted: bytes | None = None
    got: bytes | None = None
    mistake: str = ""
    seed: str = ""

    def __str__(self) -> str:
        """The whole story as plain text."""
        lines = [*self.scripts, "", *self._numbered(), "", self.problem, *self.details]
        if self.wanted is not None and self.got is not None and self.wanted != self.got:
            lines += ["    " + line for line in comparison(self.wanted, self.got)]
        lines += self.advice()
        if self.seed:
            lines += ["", self.seed]
        return "\n".join(lines).strip("\n")

    def _numbered(self) -> Iterator[str]:
        """The steps, each with its place in the whole conversation."""
        number = 1
        for line in self.steps:
            yield f"{number:2}. {line}" if line.steps == 1 else f"    {line}"
            number += line.steps

    def advice(self) -> list[str]:
        """The named misunderstanding, what to try next, and where it is treated."""
        if not self.mistake:
            return []
        mistake = MISTAKES[self.mistake]
        code = f" ({self.mistake})" if self.mistake.startswith("W") else ""
        lesson = f" Lesson {mistake.lesson} shows it." if mistake.lesson else ""
        return ["", f"Likely: {mistake.name}{code}.", f"{mistake.advice}{lesson}"]
