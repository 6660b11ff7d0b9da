"""A function that a check hands in: what it returns and raises, what is noted, and what an examinee may say of it."""

from __future__ import annotations

import pytest

from autograde.examiner.errors import Died
from autograde.examiner.expectations import NotRaised, raises
from autograde.examiner.recorder import recorder
from autograde.tests.examined import examined
from autograde.wire.story import sentences
from autograde.wire.transcript import recording

CELL = """
    def three(f):
        return [f(n, b"x") for n in range(3)]

    def once(f, *args, **kwargs):
        return f(*args, **kwargs)

    def swallows(f):
        try:
            f()
        except BaseException:
            return "nothing happened"

    def in_threads(f):
        from threading import Thread
        threads = [Thread(target=f, args=(n,)) for n in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def forges():
        import gc
        channel = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Examinee").channel
        from struct import pack
        channel.send(bytearray(b"t" + pack("!I", 3) + b"s" + pack("!I", 6) + b"called" + b"i" + pack("!I", 1) + b"\\x63"
                               + b"t" + pack("!I", 0)))
        import time
        time.sleep(5)
"""


def test_every_call_is_noted_before_the_result_is_there() -> None:
    """Arguments come as tuples in their order, and values are returned in turn, the last one for ever."""
    f = recorder("f", returns=[1, [2]])
    with examined(CELL) as submitted:
        assert submitted("three")(f) == [1, [2], [2]]
        assert f.calls == [(0, b"x"), (1, b"x"), (2, b"x")]


def test_what_is_left_of_the_values_goes_on_in_the_next_call() -> None:
    """The order of values is that of all calls, also where a fresh process makes them."""
    f = recorder("f", returns=[1, 2, 3, 4])
    with examined(CELL) as submitted:
        once = submitted("once")
        assert once(f) == 1
        with once.leaves_nothing_behind():
            assert [once(f), once(f)] == [2, 3]
        assert [once(f), once(f)] == [4, 4]


def test_the_story_tells_of_calls() -> None:
    """In the order in which things happened."""
    f = recorder("sleep")
    with examined(CELL) as submitted, recording() as transcript:
        submitted("once")(f, 0.25)
        assert list(sentences(transcript)) == [
            "once(<sleep>, 0.25) was called.", "Your code called sleep(0.25).", "It returned None.",
        ]  # fmt: skip


def test_it_raises_what_it_was_given() -> None:
    """Exceptions of every kind arrive as what they are, and `raises` expects those that end programs, too."""
    with examined(CELL) as submitted:
        once = submitted("once")
        with raises(ConnectionResetError):
            once(recorder("f", returns=[ConnectionResetError(104, "reset")]))
        with raises(KeyboardInterrupt) as interrupted:
            once(recorder("f", returns=[KeyboardInterrupt()]))
        assert isinstance(interrupted.error, KeyboardInterrupt)
        with pytest.raises(NotRaised, match="as if all were well"), raises(KeyboardInterrupt):
            submitted("swallows")(recorder("f", returns=[KeyboardInterrupt()]))


def test_it_takes_little_plain_data() -> None:
    """Anything else is a TypeError in the student's code, and not a call."""
    f = recorder("f")
    with examined(CELL) as submitted:
        for wrong in (submitted("once"), b"x" * 100_000):
            with raises(TypeError):
                submitted("once")(f, wrong)
        with raises(TypeError):
            submitted("once")(f, seconds=1)
    assert f.calls == []


def test_threads_may_call_it() -> None:
    """No call is lost."""
    f = recorder("f")
    with examined(CELL) as submitted:
        submitted("in_threads")(f)
    assert sorted(f.calls) == [(n,) for n in range(50)]


def test_a_call_of_something_that_was_not_handed_in_ends_the_process() -> None:
    """Like everything else that an honest examinee does not say."""
    with examined(CELL) as submitted, pytest.raises(Died):
        submitted("forges")()
