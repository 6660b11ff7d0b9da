"""Answer cells out of a notebook's own kernel (IPython).

The cells that were executed are IPython's input history; JupyterLab also sends each cell's id, which a hook notes as
cells run. The answer for a name is the latest executed cell that defines it. Where ids are known, only cells whose id
begins with `answer` count; nbclient sends none, and there every cell counts. A cell that calls `submitted` is never an
answer.

After each cell the examinees that it started are ended, so what the student's code leaked dies with them.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any

from autograde.examiner.bindings import binds, calls
from autograde.examiner.errors import NotThere
from autograde.examiner.process import end_all
from autograde.examiner.seat import Answer, Seat
from autograde.examiner.thing import wrap

PREFIX = "answer"
"""How the ids of answer cells begin."""


class Kernel:
    """The cells that one IPython shell has executed."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.kit: str | None = None
        self.cells: dict[int, str | None] = {}
        self.told: set[tuple[str, str]] = set()
        self.seats: weakref.WeakValueDictionary[Answer, Seat] = weakref.WeakValueDictionary()
        shell.events.register("post_run_cell", self._after_cell)

    def find(self, name: str) -> Answer:
        """The latest answer cell that defines the name. Prints a note about a later cell that does not count."""
        ignored = ""
        for number, source in self._executed():
            if not binds(source, name) or calls(source, "submitted"):
                continue
            cell = self.cells.get(number)
            if cell is None or cell.startswith(PREFIX):
                self._tell_of(ignored, name)
                return Answer(source, cell or PREFIX)
            ignored = ignored or source
        self._tell_of(ignored, name)
        raise NotThere(f"`{name}` is not defined yet: run its answer cell, then run this cell again.")

    def seat(self, answer: Answer) -> Seat:
        """The seat of a cell, which is tried anew by each `submitted`."""
        seat = self.seats.get(answer)
        if seat is None:
            seat = self.seats[answer] = Seat(answer, wrap)
        seat.kit = self.kit
        seat.forget()
        return seat

    def _executed(self) -> list[tuple[int, str]]:
        """The number and the source of every executed cell, latest first."""
        history = self.shell.history_manager.input_hist_raw
        return [(number, source) for number, source in reversed(list(enumerate(history))) if source]

    def _tell_of(self, source: str, name: str) -> None:
        if source and (source, name) not in self.told:
            self.told.add((source, name))
            print(f"Note: `{name}` is also defined in a cell that is not an answer cell. Only the answer cell counts.")

    def _after_cell(self, result: Any) -> None:
        if result.execution_count is not None:
            self.cells[result.execution_count] = result.info.cell_id
        end_all("was ended together with the cell that started it")


_kernels: weakref.WeakKeyDictionary[Any, Kernel] = weakref.WeakKeyDictionary()


def kernel_of(shell: Any) -> Kernel:
    """The `Kernel` of a shell, made and hooked in at the first call."""
    if shell not in _kernels:
        _kernels[shell] = Kernel(shell)
    return _kernels[shell]


def running_shell() -> Any:
    """IPython's shell in this process, or None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
