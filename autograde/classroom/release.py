"""From `solutions/` to `exercises/`: the release, always made by nbgrader itself.

A fresh release of the same source is always the same bytes, so `exercises/` can be committed and proved.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograde.classroom import notebooks, stock
from autograde.classroom.course import Course, CourseError, Exercise


@contextmanager
def fresh_release(course: Course, exercise: Exercise) -> Iterator[Path]:
    """The notebook as students would get it now, in a temporary place. Raises `CourseError` when it cannot be made.

    Neither `exercises/` nor the gradebook is touched.
    """
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        try:
            made = stock.generate_assignment(course, exercise.section, Path(folder), notebook=exercise.name)
        except stock.NbgraderFailed as error:
            raise CourseError(f"nbgrader cannot release {exercise.name}: {error}") from error
        yield made / exercise.released.name


def write_release(course: Course, exercise: Exercise) -> list[Path]:
    """Bring the source into its canonical form and write `exercises/` anew from it. Returns the files that changed."""
    changed = []
    tidy = notebooks.canonical(notebooks.tidied(notebooks.read(exercise.source)))
    if _write_if_new(exercise.source, tidy.encode("utf-8")):
        changed.append(exercise.source)
    with fresh_release(course, exercise) as made:
        if _write_if_new(exercise.released, made.read_bytes()):
            changed.append(exercise.released)
    return changed


def _write_if_new(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True
