"""Exercise 1.9: for attacks that are not about the wire. Its checks take milliseconds, and no guess earns a claim."""

from __future__ import annotations

from nbformat import NotebookNode

from autograde.tests.tiny_course import DOUBLE, SETUP, cell, notebook, text

BASICS = """\
double = submitted("double").within(3.0)
score = Score(points=3)
with score("Small numbers are doubled"):
    assert double(2) == 4
    assert double(3) == 6
score
"""

FAULTS = """\
double = submitted("double").within(3.0)
score = Score(points=2)
### BEGIN HIDDEN TESTS
with score("Numbers that nobody knows are doubled"):
    n = score.random.randrange(1000, 10**6)
    assert double(-n) == -2 * n, "the sign went missing"
    assert double(n) == 2 * n
### END HIDDEN TESTS
score
"""


def small_exercise() -> NotebookNode:
    """The source of 1.9, 5 points."""
    return notebook(
        text("task", "# 1.9 Double (5 points)\n\n`double(n)` returns twice the number."),
        cell("setup", SETUP, locked=True),
        cell("answer-double", DOUBLE, solution=True),
        cell("check-basics", BASICS, points=3),
        cell("check-faults", FAULTS, points=2),
        text("hint", "Try `+`."),
    )
