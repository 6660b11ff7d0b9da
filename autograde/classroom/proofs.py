"""The proofs of an exercise by running it: what the solution, the stub and each known mistake must earn.

A subject is one set of answers and what must become of it. Examining it needs a second or two; judging the verdicts
is pure, so it can be tested without a network.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import indent

from autograde.classroom import notebooks
from autograde.classroom.course import Exercise
from autograde.classroom.known import odd_answers
from autograde.classroom.mistakes import Mistake, read_mistake
from autograde.examiner.claims import claims_of
from autograde.examiner.examine import CellVerdict, CheckCell, ClaimVerdict, examine
from autograde.examiner.seat import Answer

SAID = {
    "stub": "untouched stub",
    "prints to stderr": "solution that also prints to stderr",
    "hangs": "stub that never returns",
    "drops assert": "stub that drops every assert of its notebook",
    "patches builtins": "stub that patches builtins",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One set of answers to an exercise: "solution", "stub", the file name of a mistake, or one of `known.odd_answers`.

    Where no mistake says what they lose, they earn everything (`is_right`) or nothing.
    """

    exercise: Exercise
    name: str
    checks: Sequence[CheckCell]
    answers: Sequence[Answer]
    mistake: Mistake | None = None
    is_right: bool = False

    @property
    def said(self) -> str:
        """What it is, in a sentence."""
        return SAID.get(self.name, self.name)

    def run(self) -> Run:
        """Examine it once."""
        verdicts = examine(self.checks, self.answers)
        return Run(verdicts, sum(verdict.seconds for verdict in verdicts))


@dataclass(frozen=True, slots=True)
class Run:
    """One examination of a subject."""

    verdicts: list[CellVerdict]
    seconds: float = 0.0

    def rows(self) -> list[ClaimVerdict]:
        """All claims of all cells, in their order."""
        return [row for verdict in self.verdicts for row in verdict.rows]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the runs of one subject showed: no problem at all, or sentences that say what to do.

    `notes` are worth a thought, and no failure.
    """

    exercise: str
    subject: str
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)


def subjects(exercise: Exercise, stub: Sequence[Answer]) -> Iterator[Subject]:
    """The solution, the untouched stub (as it is released), every mistake, and what is odd in any exercise."""
    source = notebooks.read(exercise.source)
    checks, solved = notebooks.check_cells(source), notebooks.answers(source)
    yield Subject(exercise, "solution", checks, solved, is_right=True)
    yield Subject(exercise, "stub", checks, stub)
    for path in exercise.mistakes:
        mistake = read_mistake(path, [answer.cell for answer in solved])
        wrong = [Answer(mistake.answers.get(answer.cell, answer.source), answer.cell) for answer in solved]
        yield Subject(exercise, mistake.name, checks, wrong, mistake)
    texts, untouched = ({answer.cell: answer.source for answer in one} for one in (solved, stub))
    for kind, odd, is_right in odd_answers(texts, untouched):
        given = [Answer(text, cell) for cell, text in odd.items()]
        yield Subject(exercise, kind, checks, given, is_right=is_right)


def unlost_claims(exercise: Exercise) -> list[str]:
    """A note for each claim that no known mistake loses: it may hold for everybody, or a mistake is missing."""
    source = notebooks.read(exercise.source)
    cells = [answer.cell for answer in notebooks.answers(source)]
    lost = {claim for path in exercise.mistakes for claim in read_mistake(path, cells).loses}
    claims = [claim for check in notebooks.graded_cells(source) for claim in claims_of(check.source)]
    return [f"no mistake loses “{claim}”." for claim in claims if claim not in lost]


def judged(subject: Subject, runs: Sequence[Run]) -> Proof:
    """Judge the first run by what it must be, and the others by whether they are the same."""
    first = runs[0]
    problems = [*_broken_down(first), *_unstable(first)]
    if not problems:
        if subject.mistake is not None:
            problems += _mistake_problems(subject.mistake, first)
        else:
            judge = _problems_if_right if subject.is_right else _problems_if_wrong
            problems += judge(subject, first)
    problems += _changes(runs)
    return Proof(subject.exercise.id, subject.name, problems, round(max(run.seconds for run in runs), 2))


def _broken_down(run: Run) -> Iterator[str]:
    for verdict in run.verdicts:
        if verdict.outcome == "infrastructure":
            stories = [f"“{row.claim}”: {row.story}" for row in verdict.rows if row.outcome == "infrastructure"]
            yield f"The checks of `{verdict.grade_id}` broke down. {verdict.trouble or '; '.join(stories)}"


def _unstable(run: Run) -> Iterator[str]:
    """Every claim that failed and then held, whoever it hits: a mark may not be a matter of luck."""
    for verdict in run.verdicts:
        for row in verdict.rows:
            if row.outcome == "unstable":
                yield (
                    f"“{row.claim}” failed, and held when `{verdict.grade_id}` was run again with the same seed "
                    f"({verdict.seed}). A check may not depend on timing. Its story: {row.story}"
                )


def _problems_if_right(subject: Subject, run: Run) -> Iterator[str]:
    for row in run.rows():
        if row.outcome != "pass":
            yield f"The {subject.said} loses “{row.claim}”. Its story: {row.story}"
    for check, verdict in zip(_graded(subject), run.verdicts, strict=True):
        made, written = [row.claim for row in verdict.rows], claims_of(check.source)
        if made != written:
            yield f"Cell `{check.grade_id}` must make each claim once, in the order of its text. It made: {made}."
        elif verdict.outcome == "pass" and verdict.points != check.points:
            yield f"Cell `{check.grade_id}` gives the {subject.said} {verdict.points} of {check.points:g} points."


def _problems_if_wrong(subject: Subject, run: Run) -> Iterator[str]:
    for verdict in run.verdicts:
        for row in verdict.rows:
            if row.outcome == "pass":
                yield (
                    f"The {subject.said} earns “{row.claim}” in `{verdict.grade_id}`: "
                    "let the claim use something that only a solution does."
                )


def _mistake_problems(mistake: Mistake, run: Run) -> Iterator[str]:
    rows = run.rows()
    lost = [row.claim for row in rows if row.outcome != "pass"]
    if set(lost) != set(mistake.loses):
        paste = f"If that is right, paste:\n{_as_toml(lost)}"
        todo = paste if lost else "It loses nothing: make a claim that catches it."
        yield f"{_difference(lost, mistake.loses)} {todo}{_unexpected_stories(mistake, run)}"
    stories = [row.story for row in rows if row.outcome != "pass"]
    for words in mistake.told:
        if not any(_plain(words) in _plain(story) for story in stories):
            told = "\n".join(f"  {story}" for story in stories) or "  (nothing: no claim is lost)"
            yield f"No story of a lost claim says “{words}”. They say:\n{told}"


def _unexpected_stories(mistake: Mistake, run: Run) -> str:
    """The stories of lost claims that the mistake does not name, each below its claim."""
    rows = [row for row in run.rows() if row.outcome != "pass" and row.claim not in mistake.loses]
    return "".join(f"\nThe story of “{row.claim}”:\n{indent(row.story or '(none)', '    ')}" for row in rows)


def _plain(text: str) -> str:
    """Without what a story may do to words: begin a sentence with them, or break a line within."""
    return " ".join(text.split()).casefold()


def _difference(lost: Sequence[str], expected: Sequence[str]) -> str:
    more = [claim for claim in lost if claim not in expected]
    less = [claim for claim in expected if claim not in lost]
    said = []
    if more:
        said.append("It loses what it does not name: " + "; ".join(f"“{claim}”" for claim in more) + ".")
    if less:
        said.append("It does not lose " + "; ".join(f"“{claim}”" for claim in less) + ".")
    return " ".join(said)


def _as_toml(claims: Sequence[str]) -> str:
    quoted = (claim.replace("\\", "\\\\").replace('"', '\\"') for claim in claims)
    return "loses = [\n" + "".join(f'    "{claim}",\n' for claim in quoted) + "]"


def _changes(runs: Sequence[Run]) -> Iterator[str]:
    """Every claim whose outcome was not the same in all runs, and how often it was which."""
    outcomes: dict[str, Counter[str]] = {}
    for run in runs:
        for verdict in run.verdicts:
            outcomes.setdefault(f"the outcome of `{verdict.grade_id}`", Counter())[verdict.outcome] += 1
            for row in verdict.rows:
                outcomes.setdefault(f"“{row.claim}”", Counter())[row.outcome] += 1
    for what, counts in outcomes.items():
        if len(counts) > 1 or counts.total() != len(runs):
            told = ", ".join(f"{count} times {outcome}" for outcome, count in counts.most_common())
            yield f"In {len(runs)} runs {what} was not always the same: {told}. A check may not depend on timing."


def _graded(subject: Subject) -> list[CheckCell]:
    return [check for check in subject.checks if check.points is not None]
