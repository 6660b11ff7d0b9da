"""The graded notebooks of one submission, under `autograded/<student>/<section>/`, and what nbgrader puts beside them.

A file is complete from the moment on that it has its name. Everything in the folder is made from the submission and
may be removed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograde.classroom.course import CourseError
from autograde.classroom.looks import Stamp, stamp


class CannotWrite(CourseError):
    """A file cannot be written; the text says which, and why."""


class GradedFiles:
    """Writes what belongs to submissions. `beside`: files of the course that everybody gets, by their relative path."""

    def __init__(self, permissions: int, beside: Mapping[str, Path]) -> None:
        self._permissions = permissions
        self._beside = beside

    def write(self, folder: Path, files: Mapping[str, str]) -> dict[str, Stamp]:
        """Write these texts into the folder, whole or not at all. Returns their stamps."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, source in self._beside.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                self._put(folder / name, source.read_bytes())
            return {name: self._put(folder / name, text.encode("utf-8")) for name, text in files.items()}
        except OSError as error:
            raise CannotWrite(f"{error.filename or folder} cannot be written: {error.strerror}.") from error

    def remove_all_but(self, folder: Path, names: Iterable[str]) -> None:
        """Remove what belongs to the submission no longer."""
        kept = {*names, *(name.partition("/")[0] for name in self._beside)}
        if folder.is_dir():
            for path in [path for path in folder.iterdir() if path.name not in kept]:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)

    def _put(self, path: Path, content: bytes) -> Stamp:
        """Under another name first: a name that is there is that of a whole file."""
        part = path.with_name(f".{path.name}.part")
        try:
            part.unlink(missing_ok=True)  # of a run that was killed, and read-only
            part.write_bytes(content)
            part.chmod(self._permissions)
            os.replace(part, path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        return stamp(path)
