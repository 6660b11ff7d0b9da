"""What one student handed in for a section: which file is which exercise, when, and what was left out.

A notebook under its own name is taken as it is. One that was renamed, or lies in a folder further down, is recognized
by its grade ids and the names that it defines, and that is a finding; so is everything that was left out. Nothing but
notebooks, `timestamp.txt` and `kit.py` is ever opened, and no link is followed.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from nbformat import NotebookNode

from autograde.classroom import notebooks
from autograde.classroom.files import Refused, everything_in, open_plain, why_no_folder
from autograde.classroom.findings import Finding, listed, quoted
from autograde.classroom.handout import is_unchanged
from autograde.classroom.intake import rebuilt
from autograde.classroom.looks import TIMESTAMP, is_notebook
from autograde.classroom.reading import Reading, read_submission
from autograde.classroom.record import Record, RecordedCell
from autograde.classroom.scopes import made_names
from autograde.examiner.submitted import KIT

YEAR = re.compile(r"\b20\d\d\b")

Marks = tuple[set[str], set[str]]
"""The ids and the names by which an exercise is recognized."""

MOST_NOTEBOOKS = 50
"""Notebooks of one student that are read."""

LONGEST_KIT = 100_000
"""Bytes of a `kit.py` that are read: more than it has."""


@dataclass(slots=True)
class HandedIn:
    """The notebooks to grade, by the name of the exercise, findings about the whole, and the time ("": unknown)."""

    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    timestamp: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A notebook file by its path below the section's folder; `content` is the exercise that it looks like, or ""."""

    path: str
    read: Reading
    content: str

    @property
    def name(self) -> str:
        """The file name without `.ipynb`; "" for one that lies in a folder further down."""
        return self.path.removesuffix(".ipynb") if "/" not in self.path else ""


def take_in(folder: Path, record: Record) -> HandedIn:
    """Everything that can be graded of `submitted/<student>/<section>/`. Whatever lies there, nothing raises."""
    reasons = [(one, why_no_folder(one)) for one in (folder.parent, folder)]
    trouble = next((f"the folder {quoted(one.name)} {reason}" for one, reason in reasons if reason), "")
    try:
        if not trouble:
            return _taken_in(folder, record)
    except Exception as error:  # Nobody is graded in vain because of what somebody else handed in.
        trouble = f"this met with a fault of the course ({type(error).__name__})"
    nothing = Reading(trouble=f"could not be looked for: {trouble}")
    return HandedIn({name: rebuilt(nothing, cells) for name, cells in record.items()})


def _taken_in(folder: Path, record: Record) -> HandedIn:
    files = everything_in(folder)
    timestamp, findings = _timestamp(folder / TIMESTAMP)
    others = [path.relative_to(folder).as_posix() for path in files if not _is_expected(path)]
    if others:
        names = listed(map(quoted, others))
        findings.append(Finding(f"nothing but notebooks is taken from a submission: {names} had no effect"))
    marks = _marks(record)
    chosen: dict[str, list[Candidate]] = {}
    for path in [path for path in files if is_notebook(path.name)][:MOST_NOTEBOOKS]:
        read = read_submission(path)
        candidate = Candidate(path.relative_to(folder).as_posix(), read, _by_content(read, marks))
        if exercise := _exercise_of(candidate, record):
            chosen.setdefault(exercise, []).append(candidate)
        else:
            findings.append(Finding(f"{quoted(candidate.path)} is no exercise of {folder.name}, and was left out"))
    found = {name: the_one(name, several, record[name], findings) for name, several in sorted(chosen.items())}
    return HandedIn(found, findings, timestamp)


def _is_expected(path: Path) -> bool:
    """Whether it need not be told that a file was left alone: it is looked at, or is the kit as it was handed out."""
    if is_notebook(path.name) or path.name == TIMESTAMP:
        return True
    if path.name != KIT.name:
        return False
    try:
        with open_plain(path) as file:
            return is_unchanged(file.read(LONGEST_KIT))
    except (Refused, OSError):
        return False


def _by_content(read: Reading, marks: Mapping[str, Marks]) -> str:
    """The exercise with most of its own ids and names in the notebook; "" when there is none, or more than one."""
    made = set[str]().union(*(made_names(cell.source) for cell in read.cells if cell.kind == "code"))
    known = {name for cell in read.cells for name in (cell.id, cell.grade_id)}
    weights = {name: len(ids & known) + len(names & made) for name, (ids, names) in marks.items()}
    best = max(weights.values(), default=0)
    found = [name for name, weight in weights.items() if weight == best > 0]
    return found[0] if len(found) == 1 else ""


def _marks(record: Record) -> dict[str, Marks]:
    """The ids and names that belong to each exercise and to no other of the section."""
    ids = {exercise: {cell.grade_id for cell in cells} for exercise, cells in record.items()}
    names = {
        exercise: {name for cell in cells if cell.is_answer for name in cell.names}
        for exercise, cells in record.items()
    }
    ids, names = _alone(ids), _alone(names)
    return {exercise: (ids[exercise], names[exercise]) for exercise in record}


def _alone(found: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """What only one of the sets holds."""
    often = Counter(chain.from_iterable(found.values()))
    return {exercise: {one for one in all_ if often[one] == 1} for exercise, all_ in found.items()}


def _exercise_of(candidate: Candidate, record: Record) -> str:
    """The exercise that a file is: by its content, and where that says nothing by its name."""
    if candidate.name in record and candidate.content in ("", candidate.name):
        return candidate.name
    return candidate.content or _by_name(candidate.path, record)


def _by_name(path: str, record: Record) -> str:
    """The exercise whose whole name, id or short name stands in the name of the file, if it is only one."""
    stem = path.rpartition("/")[2].lower().partition(".ipynb")[0]
    ways: list[dict[str, str]] = [{}, {}, {}]
    for name in record:
        number, _, word = name.partition("-")
        for way, part in zip(ways, (name, number, word), strict=True):
            if re.search(rf"(?<![a-z\d.]){re.escape(part)}(?![a-z\d.])", stem):
                way[name] = part
    return next((next(iter(way)) for way in ways if len(way) == 1), "")


def the_one(
    exercise: str, found: Sequence[Candidate], cells: Sequence[RecordedCell], about_all: Sequence[Finding] = ()
) -> NotebookNode:
    """The notebook to grade, of all that are of this exercise: one that can be read and is worked on, by its own name.

    The others are named; where their answers are different ones, a person has to look.
    """
    if len(found) == 1 and found[0].name == exercise:
        return rebuilt(found[0].read, cells, (), about_all)
    answers = {one.path: _answers(rebuilt(one.read, cells)) for one in found}
    stub = {cell.grade_id: cell.released.split() for cell in cells if cell.is_answer}

    def worth(one: Candidate) -> tuple[bool, bool, bool, int]:
        is_worked_on = answers[one.path] != stub
        return not one.read.trouble, is_worked_on, one.name == exercise, -one.path.count("/")

    chosen, *others = sorted(found, key=worth, reverse=True)
    more = []
    if chosen.name != exercise:
        by = "what is in it" if chosen.content else "its name only"
        said = f"{quoted(chosen.path)} was graded as `{exercise}.ipynb`; it was recognized by {by}"
        more.append(Finding(said, needs_person=not chosen.content))
    for other in others:
        if answers[other.path] in (answers[chosen.path], stub) and not other.read.trouble:
            more.append(Finding(f"{quoted(other.path)} holds no other answers, and was left out"))
        else:
            why = other.read.trouble or "holds other answers"
            more.append(Finding(f"{quoted(other.path)} {why}; {quoted(chosen.path)} was graded", needs_person=True))
    return rebuilt(chosen.read, cells, more, about_all)


def _answers(notebook: NotebookNode) -> dict[str, list[str]]:
    return {answer.cell: answer.source.split() for answer in notebooks.answers(notebook)}


def _timestamp(path: Path) -> tuple[str, list[Finding]]:
    """The time of handing in as nbgrader writes it; "" with a finding when there is none that can be read."""
    from nbgrader.utils import parse_utc  # of a package that takes a second to import

    if not os.path.lexists(path):
        return "", []
    try:
        with open_plain(path) as file:
            content = file.read(200)
        said = content.decode(json.detect_encoding(content)).strip()
        if not said:
            return "", []
        if not YEAR.search(said):
            raise ValueError("there is no year in it")
        return f"{parse_utc(said).isoformat(' ')} UTC", []
    except Refused as reason:
        why = str(reason)
    except Exception:  # the parser of dates knows many ways to fail
        why = "holds no time that can be read"
    late = "whether the submission was late is not known"
    return "", [Finding(f"`{TIMESTAMP}` {why}, so {late}", needs_person=True)]
