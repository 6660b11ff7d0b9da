"""The table of faults in the docs is the one in the code, and mistakes point to lessons that are there."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import autograde
from autograde.examiner.examinee.limits import LIMITS
from autograde.wire.codes import FAULTS, MISTAKES

PAGE = Path(autograde.__file__).parent / "docs" / "conversations.md"


def call_of(name: str) -> str:
    """A unit as a check writes it."""
    limit = re.fullmatch(r"limits\((\w+)\)", name)
    if limit:
        return f"`limits({limit[1]}=…)`"
    parameters = inspect.signature(getattr(autograde, name)).parameters
    return f"`{name}({'…' if parameters else ''})`"


def faults_as_table() -> str:
    """One line for each fault: code, name, what happens, what makes it."""
    rows = [
        f"| {code} | {fault.name} | {fault.how} | {', '.join(map(call_of, fault.by))} |"
        for code, fault in FAULTS.items()
    ]
    return "\n".join(["| code | fault | what happens | in a check |", "|---|---|---|---|", *rows])


def test_the_page_has_the_table_of_the_code() -> None:
    """To mend it, put this table between the two comments."""
    text = PAGE.read_text("utf-8")
    found = re.search(r"<!-- faults:[^>]*-->\n(.*)<!-- end of faults -->", text, re.DOTALL)
    assert found and found[1].strip() == faults_as_table()


def test_every_limit_is_a_fault_with_a_code() -> None:
    """A limit of the examinee belongs to the catalogue too; a recorded resolver may say the truth."""
    listed = {name for fault in FAULTS.values() for name in fault.by}
    assert {f"limits({name})" for name in LIMITS} - {"limits(resolver)"} <= listed


def test_a_mistake_points_to_a_lesson_that_is_there() -> None:
    """Its number stands in the story of every student who makes it."""
    there = {path.name.partition("-")[0] for path in PAGE.parents[2].glob("course/*/*.ipynb")}
    named = {mistake.lesson for mistake in MISTAKES.values()} - {""}
    assert named and named <= there
