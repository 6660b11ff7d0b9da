"""Right answers in styles other than the solution's earn full marks.

Each file of `right/` is an answer that somebody else might write: file objects, `recv_into`, selectors, asyncio,
threads, much printing. The checks may judge what happens on the wire, never how the code is written.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograde.classroom import notebooks
from autograde.classroom.course import Course
from autograde.examiner.examine import examine
from autograde.examiner.submitted import Answer

RIGHT = sorted((Path(__file__).parent / "right").glob("*.py"))


def answers_of(text: str) -> list[Answer]:
    """The cells of a file: those after `# %% answer-…` lines, or the whole text."""
    parts = re.split(r"(?m)^# %% (\S+)\n", text)
    if len(parts) == 1:
        return [Answer(text, "answer")]
    return [Answer(source, cell) for cell, source in zip(parts[1::2], parts[2::2], strict=True)]


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_answer_in_another_style_earns_everything(path: Path) -> None:
    """Full marks in every cell; on failure, the stories say which claim was too narrow."""
    (exercise,) = Course.here().find([path.stem.partition("-")[0]])
    checks = notebooks.check_cells(notebooks.read(exercise.source))
    verdicts = examine(checks, answers_of(path.read_text("utf-8")))
    stories = [f"{row.claim}\n{row.story}" for verdict in verdicts for row in verdict.rows if row.outcome != "pass"]
    assert not stories, "\n\n".join(stories)
    assert [verdict.points for verdict in verdicts] == [verdict.max for verdict in verdicts]
