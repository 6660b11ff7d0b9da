"""The answer cell inside the examinee: compiled under its own name, run as the module `answer`, shown by its lines.

Everything that a student is told about lines counts the lines of this one cell. What only a notebook understands
(magics, shell commands, `await` outside a function) is refused with a sentence that says so.
"""

from __future__ import annotations

import builtins
import signal
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

from .gone import GONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType, TracebackType
    from typing import Any, NoReturn

FILENAME = "<answer cell>"
"""What the answer cell is called in tracebacks."""

KEPT = 12
"""Lines kept from either end of a long traceback, such as that of an endless recursion."""

_TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, without importing ast
_source: list[str] = []


KIT = "kit"
"""The one module beside Python's own that answer cells may import, where the exercise hands it out."""


class BadCell(Exception):
    """The cell is not Python. The text is a sentence for its author."""


def load(source: str) -> ModuleType:
    """Run the cell as the module `answer` and return it. Raises `BadCell`, or whatever the cell itself raises."""
    _source[:] = source.split("\n")
    code = compiled(source)
    _tell_linecache(source)
    module = ModuleType("answer")
    sys.modules["answer"] = module
    exec(code, module.__dict__)
    return module


class Kit:
    """Lets `import kit` find the module with this source, before any file of that name (importlib.abc.MetaPathFinder).

    It is compiled when it is imported: most answers do without it.
    """

    def __init__(self, source: str) -> None:
        self.source = source

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Where the module comes from, if it is the kit: from here."""
        return ModuleSpec(KIT, self) if name == KIT else None  # type: ignore[arg-type]  # it need not inherit anything

    def create_module(self, spec: ModuleSpec) -> None:
        """A plain module will do."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module."""
        exec(compile(self.source, f"<{KIT}>", "exec", dont_inherit=True), module.__dict__)


def provide_kit(source: str) -> None:
    """Let the answer cell import the kit."""
    sys.meta_path.insert(0, Kit(source))


def compiled(source: str) -> CodeType:
    """The code of a cell. Raises `BadCell` with a sentence that names the line."""
    try:
        return compile(source, FILENAME, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise BadCell(_sentence_for(error, source)) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise BadCell(f"the answer cell cannot be compiled: {error}") from None


def _sentence_for(error: SyntaxError, source: str) -> str:
    line = line_text(error.lineno or 0)
    where = f"line {error.lineno} of the answer cell"
    if line.lstrip()[:1] in ("%", "!") or line.rstrip().endswith("?"):
        return f"{where} is a notebook command (`{line.strip()}`), not Python: take it out of the answer cell"
    try:
        compile(source, FILENAME, "exec", _TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError:
        return f"{where} is not valid Python ({error.msg}): `{line.strip()}`"
    return f"{where} uses `await` outside a function, which only a notebook allows: put it into an `async def`"


def _tell_linecache(source: str) -> None:
    """Let tracebacks that the student's own code prints show the lines of the cell."""
    import linecache

    linecache.cache[FILENAME] = (len(source), None, source.splitlines(keepends=True), FILENAME)


def prepare() -> None:
    """Make this interpreter the same wherever it was started: nobody answers `input`, and no signal is ignored.

    Programs in the background, or under nohup, pass on that they ignore some.
    """
    builtins.input = _nobody_answers
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGHUP", "SIGQUIT", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _nobody_answers(prompt: object = "", /) -> NoReturn:
    raise RuntimeError("input() has nobody to answer it here: take what you need as an argument of the function")


def line_text(number: int) -> str:
    """The text of a line of the cell, counted from 1; "" for a line that it does not have."""
    return _source[number - 1] if 0 < number <= len(_source) else ""


def lines_of(trace: TracebackType | None) -> list[tuple[int, str, str]]:
    """The student's part of a traceback: (line number, function, text), outermost first.

    A line that called itself again and again is there once, with how often at the end of its text.
    """
    lines = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILENAME:
            lines.append(_line(trace.tb_lineno, trace.tb_frame))
        trace = trace.tb_next
    lines = _folded(lines)
    return lines if len(lines) <= 2 * KEPT else lines[:KEPT] + lines[-KEPT:]


def _folded(lines: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    folded: list[tuple[int, str, str]] = []
    times = 0
    for place, line in enumerate(lines):
        times += 1
        if line != (lines[place + 1] if place + 1 < len(lines) else None):
            number, function, text = line
            folded.append((number, function, f"{text}  ({times} times)" if times > 1 else text))
            times = 0
    return folded


def lines_on_stack(frame: FrameType | None) -> list[tuple[int, str, str]]:
    """The same for a running frame and those that called it."""
    lines = []
    while frame is not None:
        if frame.f_code.co_filename == FILENAME:
            lines.append(_line(frame.f_lineno or 0, frame))
        frame = frame.f_back
    lines.reverse()
    return lines if len(lines) <= 2 * KEPT else lines[:KEPT] + lines[-KEPT:]


def current_line() -> int:
    """The innermost line of the cell that is being executed in this thread; 0 if none is."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename != FILENAME:
        frame = frame.f_back
    return (frame.f_lineno or 0) if frame is not None else 0


def _line(number: int, frame: FrameType) -> tuple[int, str, str]:
    return number, frame.f_code.co_name, line_text(number)[:300]


def explain(error: BaseException, names: dict[str, Any]) -> None:
    """Put a sentence that helps into an error whose own text does not: a name or a module that is not there."""
    if type(error) is NameError and error.name and error.name not in names:
        error.args = (_about_name(error.name),)
    elif type(error) is ModuleNotFoundError and error.name:
        also = f" and `{KIT}`" if any(isinstance(finder, Kit) for finder in sys.meta_path) else ""
        why = f"only Python's standard library{also} can be imported"
        if error.name in GONE:
            why = "Python 3.13 no longer has it"
        error.msg = f"there is no module `{error.name}` here: {why}"
        error.args = (error.msg,)


def _about_name(name: str) -> str:
    start = f"the code uses the name `{name}`, which its answer cell does not define."
    if name in sys.stdlib_module_names:
        return f"{start} Put `import {name}` into the answer cell."
    return f"{start} Only the answer cell is graded: move the definition into it."
