"""The score of one check cell: its claims, one row each, and the number that nbgrader reads.

    score = Score(points=4)
    with score("The reply arrives one byte at a time"):
        with peer(expects(request, then_eof=True), trickles(reply)) as server:
            assert ask(server.host, server.port, request) == reply
    score

A claim's block swallows its failure and keeps it as a row with its story and picture, so that every claim of a cell is
tried. The last line's plain text is `points * passed / claims`, which nbgrader takes as partial credit; its HTML is the
tick table. What breaks in a check itself is never the student's fault: such a row says so and is marked for a person.
"""

from __future__ import annotations

import errno
import random
import re
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from autograde.examiner.asserted import explain
from autograde.examiner.compared import Explanation
from autograde.examiner.diagnosis import diagnose
from autograde.examiner.errors import Hang, StudentFault, is_settled
from autograde.examiner.evidence import Evidence
from autograde.examiner.expectations import allowed, ended_in_time, raises
from autograde.examiner.output import Output, listening
from autograde.examiner.submitted import sources
from autograde.examiner.trial import Enough, current
from autograde.wire.codes import MEANINGS, MISTAKES
from autograde.wire.failures import Unmet
from autograde.wire.picture import sequence
from autograde.wire.story import Story, sentences, turning_point
from autograde.wire.transcript import Transcript, recording

PASS, FAIL, UNSTABLE, INFRASTRUCTURE = "pass", "fail", "unstable", "infrastructure"
"""What can become of a claim. A single run knows no "unstable": attempt.py finds that by running the cell again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One claim and what became of it. `story` and `picture` (SVG) are "" for a claim that passed.

    `trouble` is the traceback of a check that broke; it quotes the check, so it is for authors and instructors only.
    `is_settled` says that the failure cannot have come from time, load or chance.
    """

    claim: str
    outcome: str
    story: str = ""
    picture: str = ""
    mistake: str = ""
    trouble: str = ""
    is_settled: bool = False


class Score:
    """The claims of one check cell, worth `points` together. `random` is seeded, and the seed is in every story."""

    def __init__(self, points: float, *, seed: int | None = None) -> None:
        self.trial = current()
        self.points = float(points)
        self.seed = self.trial.seed if seed is None else seed
        self.random = random.Random(self.seed)
        self.rows: list[Row] = []
        self.printed = Output()

    def __call__(self, claim: str, *, likely: str = "") -> Claim:
        """The block in which `claim` is tried; `likely` is the mistake that this claim is there to catch.

        Raises `ValueError` if `MISTAKES` does not list it.
        """
        if likely and likely not in MISTAKES:
            raise ValueError(f"likely={likely!r} is no key of autograde.wire.codes.MISTAKES")
        return Claim(self, claim, likely)

    @property
    def earned(self) -> float:
        """Points for the claims that passed, or may have, rounded to 2 decimals."""
        if not self.rows:
            return 0.0
        passed = sum(row.outcome in (PASS, UNSTABLE) for row in self.rows)
        return round(self.points * passed / len(self.rows), 2)

    def __repr__(self) -> str:
        return f"{self.earned:g}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The number as plain text, the tick table as HTML."""
        from autograde.examiner.ticks import table

        return {"text/plain": repr(self), "text/html": table(self)}


class Claim:
    """One claim under test. Everything that peers and calls do in its block is recorded for its story."""

    def __init__(self, score: Score, claim: str, likely: str) -> None:
        self.score = score
        self.claim = claim
        self.likely = likely
        self.transcript = Transcript()
        self._around = ExitStack()

    def __enter__(self) -> Transcript:
        self._around.enter_context(listening(self.score.printed))
        return self._around.enter_context(recording(self.transcript))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._around.close()
        if error is None:
            row = Row(self.claim, PASS)
        elif isinstance(error, AssertionError) or hasattr(error, "__examinee__"):
            row = self._failed(error)
        elif self._lost_a_socket(error):
            row = self._failed(
                StudentFault("Your code closed the socket that it was given. The caller still needs it.")
            )
        elif isinstance(error, Exception):
            row = self._broken(error)
        else:  # somebody interrupts the check itself
            return False
        self.score.rows.append(row)
        if self.score.trial.is_done(row.claim for row in self.score.rows):
            raise Enough(self.score) from None
        return True

    def _failed(self, error: BaseException) -> Row:
        if self.score.trial.again:
            return Row(self.claim, FAIL, is_settled=is_settled(error))
        error = self._first_cause(error)
        source = sources()
        found = _verdict(error, source)
        mistake = diagnose(Evidence(error, self.transcript.last_scene(), found, self.likely, source))
        seed = f"Run it again with the same data: Score(points={self.score.points:g}, seed={self.score.seed})"
        scene = self.transcript.last_scene()
        scripts = [script for party in scene.parties if (script := party.describe())]
        turn = turning_point(scene, error.problem if isinstance(error, Unmet) else "")
        steps = sentences(scene, failing=turn)
        story = Story(found.problem, steps, scripts, _details(error), found.wanted, found.got, mistake, seed)
        picture = sequence(scene, failing=turn).svg if len(scene) else ""
        return Row(self.claim, FAIL, str(story), picture, mistake, is_settled=is_settled(error))

    def _first_cause(self, error: BaseException) -> BaseException:
        """What a party missed while the student's call was still going on came before what the call did then.

        That holds for what a conversation can cause. A name that is not there or a wrong type comes from the program.
        """
        if isinstance(error, StudentFault) and not isinstance(error, Hang):
            return error
        if hasattr(error, "__examinee__") and not isinstance(error, OSError | EOFError):
            return error
        scene = self.transcript.last_scene()
        ends = [event.at for event in scene if event.kind in ("returns", "raises", "hangs")]
        for party in scene.parties:
            if isinstance(party.failure, Unmet) and (not ends or party.failed_at < ends[-1]):
                return party.failure
        return error

    def _lost_a_socket(self, error: BaseException) -> bool:
        """The check wanted to go on with a socket that it had lent, and found it closed."""
        lost = any(getattr(party, "lost_a_socket", False) for party in self.transcript.last_scene().parties)
        return lost and isinstance(error, OSError) and error.errno == errno.EBADF

    def _broken(self, error: Exception) -> Row:
        problem = (
            f"This check itself broke ({type(error).__name__}: {error}). That is a fault of the course and costs you "
            "nothing; please show it to your instructor."
        )
        trouble = f"{self.claim}\n" + "".join(traceback.format_exception(error))
        return Row(self.claim, INFRASTRUCTURE, str(Story(problem, sentences(self.transcript))), trouble=trouble)


def _verdict(error: BaseException, source: str) -> Explanation:
    """The failure in one sentence, and what was compared, if anything was. `source` is the answer's text."""
    if isinstance(error, Unmet):
        return Explanation(f"The script of the other side was not met: {error.problem}.", error.wanted, error.got)
    if isinstance(error, AssertionError) and not isinstance(error, StudentFault) and not hasattr(error, "__examinee__"):
        found = explain(error)
        return replace(found, problem=_sentence(found.problem.rstrip("."), source))
    if isinstance(error, StudentFault):
        return Explanation(str(error))
    return Explanation(f"Your code raised {type(error).__name__}: {error}".rstrip(": "))


def _sentence(text: str, source: str) -> str:
    """The text with a capital letter and its full stop. What the answer defines keeps its name as it is."""
    first = re.match(r"\w*", text)
    is_name = first and first[0] and re.search(rf"\b(def|class) {first[0]}\b", source)
    return f"{text if is_name else text[:1].upper() + text[1:]}{'' if text.endswith('?') else '.'}"


def _details(error: BaseException) -> list[str]:
    """The student's own lines of the traceback, and what the exception usually means."""
    raised = error if hasattr(error, "__examinee__") else error.__cause__
    if raised is None or not hasattr(raised, "__examinee__"):
        return []
    lines = ["    " + line for line in raised.__examinee__.text.splitlines()]
    meaning = next((MEANINGS[kind] for kind in type(raised).__mro__ if kind in MEANINGS), "")
    return [*lines, *([f"({type(raised).__name__} — {meaning}.)"] if meaning else [])]


__all__ = ["FAIL", "INFRASTRUCTURE", "PASS", "UNSTABLE", "Row", "Score", "allowed", "ended_in_time", "raises"]
