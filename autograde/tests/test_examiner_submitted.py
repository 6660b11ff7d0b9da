"""Where answer cells come from, and which cell defines a name."""

from __future__ import annotations

import pytest

from autograde.examiner.bindings import binds, calls
from autograde.examiner.errors import ExaminerError
from autograde.examiner.submitted import Answer, answers, submitted


@pytest.mark.parametrize(
    "source",
    [
        "def ask(): pass",
        "async def ask(): pass",
        "class ask: pass",
        "ask = 1",
        "ask: int = 1",
        "a, (ask, b) = 1, (2, 3)",
        "if True:\n    def ask(): pass",
        "try:\n    ask = 1\nexcept ValueError:\n    pass",
        "try:\n    pass\nexcept ValueError:\n    ask = 1",
        "%timeit 1\ndef ask(): pass",
        "def ask(\n",
        "async  def ask(:\n",
        "ask = (",
    ],
)
def test_a_cell_binds_what_it_defines(source: str) -> None:
    """Definitions and assignments at the top level bind, also in a cell that is not valid Python."""
    assert binds(source, "ask")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "ask()",
        "ask ==(",
        "ask: int",
        "import ask",
        "x.ask = 1",
        "# def ask():",
        "def other(ask): pass",
        "def other():\n    ask = 1",
    ],
)
def test_a_cell_does_not_bind_what_it_only_mentions(source: str) -> None:
    """Uses, parameters and attributes bind nothing."""
    assert not binds(source, "ask")


def test_a_cell_that_calls_submitted_is_known() -> None:
    """Check cells bind the name as well, and are told apart by that call."""
    assert calls("ask = submitted('ask')", "submitted")
    assert calls("import autograde\nask = autograde.submitted('ask')", "submitted")
    assert calls("ask = submitted('ask'", "submitted")
    assert not calls("submitted = 1", "submitted")


def test_warnings_in_the_students_text_are_not_ours() -> None:
    """A cell with an odd escape is read without a warning here."""
    assert binds("ask = '\\d'", "ask")


def test_submitted_needs_somewhere_to_look() -> None:
    """Outside a notebook and outside `answers` it says how to use it."""
    with pytest.raises(ExaminerError, match="works in a notebook"):
        submitted("ask")


def test_answers_may_be_nested() -> None:
    """The innermost block decides, and a finished one is forgotten."""
    with answers([Answer("def f(): return 1")]):
        with answers([Answer("def f(): return 2")]):
            assert submitted("f")() == 2
        assert submitted("f")() == 1


def test_a_stand_in_outlives_its_process() -> None:
    """When processes are ended in between, as a notebook does after each cell, the next call starts a fresh one."""
    from autograde.examiner.process import end_all

    with answers([Answer("n = 0\ndef f():\n    global n\n    n += 1\n    return n\nclass Thing: pass")]):
        f = submitted("f")
        assert [f(), f()] == [1, 2]
        thing = submitted("Thing")()
        end_all("was ended together with the cell that started it")
        assert f() == 1
        with pytest.raises(AssertionError, match="Thing is gone: its process was ended together with the cell"):
            thing.anything()


def test_every_use_of_a_missing_class_says_why() -> None:
    """Not only a call: a check may ask it for limits first, and must lose its claim rather than break down."""
    with answers([Answer("1 / 0\nclass Thing: pass")]):
        thing = submitted("Thing")
        with pytest.raises(ZeroDivisionError):
            thing()
        with pytest.raises(ZeroDivisionError):
            thing.limits(recv_at_most=1)
        with pytest.raises(ZeroDivisionError):
            thing.leaves_nothing_behind()
        with pytest.raises(AttributeError):
            _ = thing.__wrapped__
