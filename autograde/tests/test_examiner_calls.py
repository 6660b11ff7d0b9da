"""Calls across: functions, classes, generators, coroutines, exceptions, and objects of the student."""

from __future__ import annotations

import asyncio
import imaplib
import json
from typing import Any

import pytest

from autograde.examiner.errors import NotThere, StudentFault, Unspeakable
from autograde.tests.examined import examined
from autograde.wire.story import sentences
from autograde.wire.transcript import recording


def test_a_function_runs_elsewhere_and_gives_plain_data() -> None:
    """Arguments and results are equal on both sides; the process is another one."""
    import os

    with examined("import os\ndef echo(*args, **kwargs): return os.getpid(), args, kwargs") as submitted:
        pid, args, kwargs = submitted("echo")(1, b"x" * 100_000, data={"a": [None, {2}]}, n=1.5)
        assert pid != os.getpid()
        assert args == (1, b"x" * 100_000)
        assert kwargs == {"data": {"a": [None, {2}]}, "n": 1.5}


def test_the_state_of_the_cell_lives_on_between_calls() -> None:
    """Names of one cell share one process, and its module keeps its variables."""
    cell = "count = 0\ndef up():\n    global count\n    count += 1\n    return count\ndef now(): return count"
    with examined(cell) as submitted:
        up, now = submitted("up"), submitted("now")
        assert [up(), up(), now()] == [1, 2, 2]


def test_each_cell_stands_on_its_own() -> None:
    """A name that only another cell defines is not there, and the message says what to do."""
    with examined("def helper(): return 1", "def ask(): return helper()") as submitted:
        with pytest.raises(NameError, match="uses the name `helper`, which its answer cell does not define") as caught:
            submitted("ask")()
        assert "move the definition into it" in str(caught.value)
        assert submitted("helper")() == 1


def test_a_forgotten_import_is_named() -> None:
    """For a module of the standard library the message says which line is missing."""
    told = "Put `import json` into the answer cell"
    with examined("def ask(): return json.dumps(1)") as submitted, pytest.raises(NameError, match=told):
        submitted("ask")()


def test_only_the_standard_library_is_there() -> None:
    """Neither this package nor anything that is installed can be imported."""
    with examined("def get(name): return __import__(name).__name__") as submitted:
        get = submitted("get")
        for name in ("autograde", "pytest", "examinee", "numpy"):
            with pytest.raises(ModuleNotFoundError, match="only Python's standard library"):
                get(name)
        assert get("json") == "json"


def test_what_left_the_library_is_not_there_under_any_python() -> None:
    """Python 3.11 and 3.12 still have these modules; an answer with them would get other marks under 3.13."""
    with examined("def get(name): return __import__(name).__name__") as submitted:
        for name in ("telnetlib", "nntplib", "asyncore", "cgi"):
            with pytest.raises(ModuleNotFoundError, match=f"`{name}` here: Python 3.13 no longer has it"):
                submitted("get")(name)


def test_an_exception_class_within_a_class_is_what_it_is() -> None:
    """imaplib keeps its exceptions there."""
    cell = "import imaplib\ndef fail(): raise imaplib.IMAP4.readonly('no')"
    with examined(cell) as submitted, pytest.raises(imaplib.IMAP4.readonly, match="no"):
        submitted("fail")()


def test_the_last_cell_that_defines_a_name_has_it() -> None:
    """A later answer cell wins over an earlier one."""
    with examined("def f(): return 1", "def f(): return 2") as submitted:
        assert submitted("f")() == 2


EXCEPTIONS = """
    import asyncio, json, socket, struct

    class ShortRead(EOFError):
        def __init__(self, wanted, got):
            super().__init__(f"wanted {wanted} bytes, got {len(got)}")
            self.wanted, self.got, self.secret = wanted, got, object()

    class Worse(ShortRead):
        def __str__(self):
            return "worse"

    def short(kind=ShortRead):
        raise ShortRead(5, b"ab")

    def worse():
        raise Worse(1, b"")

    def refused(port):
        socket.create_connection(("127.0.0.1", port))

    def bad_json():
        json.loads("{")

    def bad_text():
        b"\\xff".decode()

    def many():
        raise ExceptionGroup("several", [ValueError(1), ShortRead(2, b"")])

    def listed():
        error = ConnectionError("all failed")
        error.errors = [TimeoutError("slow"), ShortRead(3, b"")]
        raise error

    def chained():
        try:
            short()
        except ShortRead as error:
            raise RuntimeError("while reading") from error

    async def incomplete():
        raise asyncio.IncompleteReadError(b"ab", 5)

    def given_back():
        return ShortRead(7, b"")
"""


def test_a_students_exception_class_is_a_class_here() -> None:
    """It can be caught by the class that `submitted` gives, and by its bases; plain attributes are there."""
    with examined(EXCEPTIONS) as submitted:
        ShortRead = submitted("ShortRead")
        assert issubclass(ShortRead, EOFError)
        with pytest.raises(ShortRead, match="wanted 5 bytes, got 2") as caught:
            submitted("short")()
        assert (caught.value.wanted, caught.value.got) == (5, b"ab")
        assert issubclass(submitted("Worse"), ShortRead)
        with pytest.raises(ShortRead) as caught:
            submitted("worse")()
        assert str(caught.value) == "worse"
        assert str(ShortRead("made", "here")) == str(EOFError("made", "here"))


def test_exceptions_of_the_library_are_what_they_are() -> None:
    """Type, arguments and attributes of well-known exceptions survive the crossing."""
    with examined(EXCEPTIONS) as submitted:
        with pytest.raises(json.JSONDecodeError) as bad_json:
            submitted("bad_json")()
        assert (bad_json.value.pos, bad_json.value.doc) == (1, "{")
        with pytest.raises(UnicodeDecodeError) as bad_text:
            submitted("bad_text")()
        assert (bad_text.value.object, bad_text.value.start) == (b"\xff", 0)
        with pytest.raises(asyncio.IncompleteReadError) as incomplete:
            submitted("incomplete")()
        assert (incomplete.value.partial, incomplete.value.expected) == (b"ab", 5)


def test_exceptions_inside_exceptions_cross() -> None:
    """Groups, lists of errors and causes arrive as exceptions."""
    with examined(EXCEPTIONS) as submitted:
        with pytest.raises(ExceptionGroup) as group:
            submitted("many")()
        assert [type(each).__name__ for each in group.value.exceptions] == ["ValueError", "ShortRead"]
        with pytest.raises(ConnectionError) as listed:
            submitted("listed")()
        assert [type(each) for each in listed.value.errors] == [TimeoutError, submitted("ShortRead")]  # type: ignore[attr-defined]
        with pytest.raises(RuntimeError) as chained:
            submitted("chained")()
        assert isinstance(chained.value.__cause__, submitted("ShortRead"))
        assert isinstance(submitted("given_back")(), submitted("ShortRead"))


def test_the_traceback_is_cut_to_the_students_lines() -> None:
    """Line numbers count the answer cell; lines of libraries do not show."""
    cell = "import json\n\ndef outer(text):\n    return inner(text)\n\ndef inner(text):\n    return json.loads(text)\n"
    with examined(cell) as submitted:
        with pytest.raises(ValueError) as caught:
            submitted("outer")("{")
        told: Any = caught.value.__examinee__  # type: ignore[attr-defined]
        assert told.lines == ((4, "outer", "    return inner(text)"), (7, "inner", "    return json.loads(text)"))
        assert told.text.splitlines()[1] == "your line 7:     return json.loads(text)"
        assert told.text.splitlines()[2].startswith("JSONDecodeError: ")


def test_an_endless_recursion_is_told_shortly() -> None:
    """A thousand frames become a few lines."""
    with examined("def f(): return f()") as submitted:
        with pytest.raises(RecursionError) as caught:
            submitted("f")()
        assert len(caught.value.__examinee__.lines) < 30  # type: ignore[attr-defined]


def test_ending_the_program_is_a_fault() -> None:
    """sys.exit and KeyboardInterrupt of the student do not reach the check as such."""
    with examined("import sys\ndef leave(): sys.exit(0)\ndef interrupt(): raise KeyboardInterrupt") as submitted:
        for name, kind in (("leave", "SystemExit"), ("interrupt", "KeyboardInterrupt")):
            with pytest.raises(StudentFault, match=f"`{name}` raised {kind}"):
                submitted(name)()


def test_an_error_while_the_cell_is_run_is_told_by_every_use() -> None:
    """What the top level of the cell raises is raised again for each claim."""
    with examined("def f(): return 1\nanswer = 1 / 0") as submitted:
        f = submitted("f")
        for _ in range(2):
            with pytest.raises(ZeroDivisionError) as caught:
                f()
            assert caught.value.__examinee__.lines == ((2, "<module>", "answer = 1 / 0"),)  # type: ignore[attr-defined]


BOX = """
    class Box:
        made = 0

        def __init__(self, *items):
            self.items = list(items)
            type(self).made += 1

        def put(self, item):
            self.items.append(item)
            return len(self)

        @property
        def first(self):
            return self.items[0]

        @classmethod
        def of_two(cls):
            return cls(1, 2)

        def __len__(self):
            return len(self.items)

        def __iter__(self):
            return iter(self.items)

        def __getitem__(self, index):
            return self.items[index]

        def __contains__(self, item):
            return item in self.items

        def __eq__(self, other):
            return isinstance(other, Box) and self.items == other.items

        def __enter__(self):
            self.put("entered")
            return self

        def __exit__(self, kind, error, trace):
            self.put(kind and kind.__name__)
            return kind is KeyError

        def __call__(self, n):
            return [n] * len(self)

        def start(self):
            return "the student's own start"

    class Plain(dict):
        pass

    def total(boxes):
        return sum(len(box) for box in boxes)
"""


def test_an_object_is_used_through_its_stand_in() -> None:
    """Methods, attributes, length, items, iteration, membership, equality and calls all reach the object."""
    with examined(BOX) as submitted:
        Box = submitted("Box")
        box = Box(1)
        assert box.put(b"two") == 2
        assert (len(box), box[1], list(box), box.first, box.items) == (2, b"two", [1, b"two"], 1, [1, b"two"])
        assert 1 in box and 9 not in box
        assert box == Box(1, b"two") and box != Box()
        assert bool(box) and not Box()
        assert box(7) == [7, 7]
        box.extra = [1]
        assert box.extra == [1]
        assert isinstance(box, Box) and not isinstance(3, Box)
        assert box.start() == "the student's own start"
        with pytest.raises(AttributeError, match="nothing"):
            _ = box.nothing


def test_a_class_has_its_own_attributes() -> None:
    """Class attributes and class methods are reached through the class."""
    with examined(BOX) as submitted:
        Box = submitted("Box")
        assert len(Box.of_two()) == 2
        assert Box.made == 1


def test_an_object_of_a_plain_kind_is_still_an_object() -> None:
    """Calling a class gives a stand-in even if its instances are dicts."""
    with examined(BOX) as submitted:
        plain = submitted("Plain")()
        plain["a"] = 1
        assert plain["a"] == 1
        del plain["a"]
        assert len(plain) == 0


def test_objects_and_functions_can_be_passed_back() -> None:
    """A stand-in as an argument is the object itself over there, and a result keeps being one."""
    with examined(BOX, "def apply(f, x): return f(x)\ndef double(x): return 2 * x") as submitted:
        Box = submitted("Box")
        assert submitted("total")([Box(1), Box(2, 3)]) == 3
        assert submitted("apply")(submitted("double"), 4) == 8


def test_a_context_manager_is_entered_and_left_over_there() -> None:
    """`with` works, and the exception of the block is shown to it."""
    with examined(BOX) as submitted:
        box = submitted("Box")()
        with box as entered:
            assert entered is box
        with box:
            raise KeyError("swallowed")
        with pytest.raises(OSError), box:
            raise OSError("passed on")
        assert box.items == ["entered", None, "entered", "KeyError", "entered", "OSError"]


def test_handles_are_dropped_when_their_stand_ins_are() -> None:
    """The examinee lets go of an object when the check does."""
    cell = "import gc\nclass Thing: pass\ndef count(): return sum(type(o) is Thing for o in gc.get_objects())"
    with examined(cell) as submitted:
        Thing, count = submitted("Thing"), submitted("count")
        things = [Thing(), Thing()]
        assert count() == 2
        things.pop()
        assert count() == 1


def test_generators_give_their_items_one_by_one() -> None:
    """Nothing is computed before it is asked for."""
    cell = """
        seen = []
        def numbers(n):
            for i in range(n):
                seen.append(i)
                yield i
        def so_far(): return seen
    """
    with examined(cell) as submitted:
        numbers = submitted("numbers")(3)
        assert next(numbers) == 0
        assert submitted("so_far")() == [0]
        assert list(numbers) == [1, 2]


ASYNC = """
    import asyncio

    async def double(x):
        await asyncio.sleep(0)
        return 2 * x

    async def count(n):
        for i in range(n):
            await asyncio.sleep(0)
            yield i

    class Room:
        def __init__(self):
            self.queue = asyncio.Queue()

        async def __aenter__(self):
            return self

        async def __aexit__(self, *error):
            await self.queue.put("left")

        async def say(self, word):
            await self.queue.put(word)

        async def hear(self):
            return await self.queue.get()

    def stop_event():
        return asyncio.Event()

    async def wait_for(event):
        await event.wait()
        return "stopped"
"""


def test_coroutines_are_awaited_over_there() -> None:
    """The check gets the result; asynchronous iterators and context managers are used as plain ones."""
    with examined(ASYNC) as submitted:
        assert submitted("double")(4) == 8
        assert list(submitted("count")(3)) == [0, 1, 2]
        with submitted("Room")() as room:
            room.say("hello")
            assert room.hear() == "hello"
        assert room.hear() == "left"


def test_a_coroutine_can_be_stopped_while_it_runs() -> None:
    """A started coroutine and later calls share one event loop."""
    with examined(ASYNC) as submitted:
        stop = submitted("stop_event")()
        running = submitted("wait_for").start(stop)
        assert submitted("double")(1) == 2
        assert not running.done
        stop.set()
        assert running.result(5) == "stopped"


def test_coroutines_of_several_calls_do_not_wait_for_each_other() -> None:
    """Whichever call ends first, the others go on; one of them drives the loop."""
    with examined(ASYNC) as submitted:
        first, second = submitted("stop_event")(), submitted("stop_event")()
        one, other = submitted("wait_for").start(first), submitted("wait_for").start(second)
        first.set()
        assert one.result(10) == "stopped"
        assert submitted("double")(2) == 4
        assert not other.done
        second.set()
        assert other.result(10) == "stopped"


def test_the_last_call_of_a_name_is_remembered() -> None:
    """What it returned and what it took can be looked up without calling it again."""
    with examined("def f(x): return x\ndef g(x): return -x") as submitted:
        f, g = submitted("f"), submitted("g")
        with pytest.raises(LookupError, match="no call of `f` has ended yet"):
            _ = f.last
        f(1)
        g(2)
        assert (f.last.outcome, f.last.value, g.last.value) == ("returns", 1, -2)
        assert 0 <= f.last.seconds < 10


def test_several_calls_are_under_way_at_once() -> None:
    """A call that waits does not keep others from running."""
    cell = "import threading\ngo = threading.Event()\ndef wait(): return go.wait(10)\ndef release(): go.set()"
    with examined(cell) as submitted:
        first, second = submitted("wait").start(), submitted("wait").start()
        submitted("release")()
        assert first.result() is True and second.result() is True


def test_calls_run_in_the_main_thread() -> None:
    """Signal handlers and asyncio work as the student expects."""
    cell = "import threading\ndef where(): return threading.current_thread() is threading.main_thread()"
    with examined(cell) as submitted:
        where = submitted("where")
        assert [where() for _ in range(20)] == [True] * 20


def test_what_cannot_cross_is_said_to_be_so() -> None:
    """A list that contains itself is the student's fault; an argument that cannot cross is the check's."""
    with examined("def endless():\n    x = []\n    x.append(x)\n    return x\ndef f(x): pass") as submitted:
        with pytest.raises(Unspeakable, match="`endless` returned something"):
            submitted("endless")()
        with pytest.raises(TypeError, match="cannot be passed"):
            submitted("f")(object())


def test_the_record_tells_calls_and_results() -> None:
    """Calls, results and exceptions are events of the lane `student`, with long values shortened."""
    cell = "def f(data, n=1): return data * n\ndef g(): raise ValueError('no')"
    with examined(cell) as submitted, recording() as record:
        submitted("f")(b"x" * 1000, n=2)
        with pytest.raises(ValueError):
            submitted("g")()
    assert [(event.lane, event.kind) for event in record] == [
        ("student", "calls"), ("student", "returns"), ("student", "calls"), ("student", "raises"),
    ]  # fmt: skip
    told = sentences(record)
    assert told[0].startswith("f(b'xxx") and told[0].endswith("(1,000 bytes), n=2) was called.")
    assert told[2:] == ["g() was called.", "It raised ValueError: no."]


def test_output_is_kept_and_capped() -> None:
    """What the student prints is kept up to a limit, counted beyond it, and goes nowhere else."""
    from autograde.examiner.output import KEPT, listening

    cell = "import sys\ndef speak(n):\n    for _ in range(n): print('x' * 999)\n    print('end', file=sys.stderr)"
    with examined(cell) as submitted:
        speak = submitted("speak")
        with listening() as heard:
            speak(1)
        assert speak.output == heard.text == "x" * 999 + "\nend\n"
        speak(1000)
        assert len(speak.output) < KEPT + 100
        assert speak.output.endswith("bytes more\n")


def test_input_is_refused_with_a_sentence() -> None:
    """Nobody can answer `input` in a check."""
    told = "nobody to answer"
    with examined("def f(): return input('name? ')") as submitted, pytest.raises(RuntimeError, match=told):
        submitted("f")()


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("def f()\n    return 1", r"Line 1 of the answer cell is not valid Python \(expected ':'\): `def f\(\)`"),
        ("%matplotlib inline\ndef f(): return 1", "notebook command"),
        ("!ls\ndef f(): return 1", "notebook command"),
        ("import asyncio\nawait asyncio.sleep(0)\ndef f(): return 1", "uses `await` outside a function"),
        ("def f(): return 1\0", "cannot be compiled|not valid"),
        ("if False:\n    def f(): return 1", "does not define `f`"),
    ],
)
def test_a_cell_that_is_not_python_says_so_at_the_first_use(cell: str, told: str) -> None:
    """`submitted` itself does not fail; each use says what is wrong and where."""
    with examined(cell) as submitted:
        f = submitted("f")
        for _ in range(2):
            with pytest.raises(NotThere, match=told):
                f()


def test_what_is_missing_can_still_be_named_in_a_check() -> None:
    """A missing function fails when used; a missing class can be caught and fails when used."""
    with examined("x = 1") as submitted:
        ask, ShortRead = submitted("ask"), submitted("ShortRead")
        for use in (ask, ask.start, ask.limits, ask.leaves_nothing_behind, ShortRead, lambda: ShortRead.limits()):
            with pytest.raises(NotThere, match="No answer cell defines"):
                use()
        try:
            raise ValueError
        except ShortRead:
            pytest.fail("nothing is of a missing class")
        except ValueError:
            pass
