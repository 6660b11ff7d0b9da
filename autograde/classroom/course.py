"""Where everything of the course lies: its root, its sections, its exercises.

Section folders carry the same name under `solutions/`, `exercises/` and `submitted/<student>/`, and an exercise is the
same file name in all of them: `1.2-ask.ipynb`, whose id is `1.2`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograde.classroom.files import why_no_folder
from autograde.sections import SECTIONS, section_meant

NAME = re.compile(r"(?P<id>\d+\.\d+)-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)")
"""The name of an exercise, without `.ipynb`."""

BY_THE_WAY = {".ipynb_checkpoints", "__pycache__"}
"""What editors and Python leave in a folder; nobody's concern."""


class CourseError(Exception):
    """Something that a person can put right; its text is the sentence that says what and how."""


@dataclass(frozen=True, order=True, slots=True)
class Exercise:
    """One exercise: the notebook that authors write, the one that students get, and its known mistakes."""

    root: Path
    section: str
    name: str

    @property
    def id(self) -> str:
        """`1.2` of `1.2-ask`."""
        return self.name.partition("-")[0]

    @property
    def source(self) -> Path:
        """The notebook with the solution and all checks."""
        return self.root / "solutions" / self.section / f"{self.name}.ipynb"

    @property
    def released(self) -> Path:
        """The notebook as students get it."""
        return self.root / "exercises" / self.section / f"{self.name}.ipynb"

    @property
    def mistakes(self) -> list[Path]:
        """The files of its known mistakes, by name."""
        return sorted((self.source.parent / "mistakes").glob(f"{self.id}-*.py"))


@dataclass(frozen=True, slots=True)
class Course:
    """A course directory: one that holds `nbgrader_config.py` and `solutions/`. `db`: the URL of another gradebook."""

    root: Path
    db: str = ""

    @classmethod
    def here(cls, start: Path | None = None) -> Course:
        """The course that the current directory is in. Raises `CourseError` where there is none."""
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "nbgrader_config.py").is_file() and (folder / "solutions").is_dir():
                return cls(folder)
        raise CourseError("This is not a folder of the course. Change to the folder that holds `solutions/` first.")

    @property
    def gradebook(self) -> Path:
        """nbgrader's database, where nobody names another."""
        return self.root / "gradebook.db"

    @property
    def submitted(self) -> Path:
        """Where submissions are put: `submitted/<student>/<section>/`."""
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        """Where graded notebooks are written: `autograded/<student>/<section>/`."""
        return self.root / "autograded"

    def exercises(self, section: str | None = None) -> list[Exercise]:
        """All exercises (of one section), in the order of their ids."""
        sections = SECTIONS if section is None else (known_section(section),)
        paths = (path for name in sections for path in (self.root / "solutions" / name).glob("*.ipynb"))
        found = [Exercise(self.root, path.parent.name, path.stem) for path in paths if NAME.fullmatch(path.stem)]
        return sorted(found, key=lambda exercise: (_number(exercise.id), exercise.name))

    def find(self, wanted: Iterable[str]) -> list[Exercise]:
        """The exercises with these ids, names or sections; all when none is given.

        Raises `CourseError`, which lists the ids there are, for one that is not there.
        """
        everything = self.exercises()
        found: dict[Exercise, None] = {}
        for word in wanted:
            matches = [one for one in everything if word in (one.id, one.name) or _is_section(word, one.section)]
            if not matches:
                ids = ", ".join(one.id for one in everything) or "none yet"
                raise CourseError(f"There is no exercise “{word}”. The exercises are: {ids}.")
            found.update(dict.fromkeys(matches))
        return list(found) if found else everything

    def students(self, section: str) -> list[str]:
        """Those who handed in anything at all for the section, by name. It may be a folder, or what is none."""
        if not self.submitted.is_dir():
            return []
        return sorted(folder.name for folder in self.submitted.iterdir() if _holds(folder, section))


def known_section(name: str) -> str:
    """The whole name of the section that is meant; `CourseError`, which lists the sections, when it is none."""
    try:
        return section_meant(name)
    except LookupError as error:
        raise CourseError(error.args[0]) from None


def _holds(folder: Path, section: str) -> bool:
    """Whether there is something for the section. A link, or a folder that cannot be looked into, may hold it."""
    if os.path.islink(folder) or os.path.lexists(folder / section):
        return True
    return folder.is_dir() and bool(why_no_folder(folder))


def _is_section(word: str, section: str) -> bool:
    try:
        return section_meant(word) == section
    except LookupError:
        return False


def _number(exercise_id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in exercise_id.split("."))
