"""What an attack is: a submission of a stub, and a program in it or a file beside it that tries for more.

An attack is a function that is given a `Submission` and makes it what is handed in. Its docstring says in one sentence
what it tries. It must be harmless where it succeeds: bounded in size and time, and aimed at the canaries of the test
only. What an attack has got or done it says with `confess(…)`, which prints a word that no page may hold, or leaves its
`MARK` where it has been.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.tests.attacks.targets import Targets

ASK = "1.2-ask"
EXACTLY = "1.4-exactly-n"
DOUBLE = "1.9-double"

ANSWER = {ASK: "answer-ask", EXACTLY: "answer-recv-exactly", DOUBLE: "answer-double"}
"""The cell of each exercise that an attack goes into, unless it says otherwise."""

CONFESSED = "LOOTED"
"""What `confess` prints. It stands in no source."""

PRELUDE = """\
COURSE, HOME, OUTSIDE = {course!r}, {home!r}, {outside!r}
PORT, ABSTRACT, VARIABLE, SENTINEL, MARK = {port}, {abstract!r}, {variable!r}, {sentinel!r}, {mark!r}


def confess(*words):
    print("LOO" + "TED", *words, flush=True)


"""

Notebook = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Submission:
    """What an attack can shape: the folder that is handed in, with the released notebook in it."""

    folder: Path
    exercise: str
    mark: str
    targets: Targets

    def answers(self, program: str, *, cell: str = "", prelude: bool = True) -> None:
        """Write the program under the stub of the answer cell."""
        name = cell or ANSWER[self.exercise]
        known = PRELUDE.format(**self.targets.told(), mark=self.mark) if prelude else ""
        with self.edited() as notebook:
            answer = cell_of(notebook, name)
            answer["source"] = known + answer["source"] + "\n\n\n" + textwrap.dedent(program).strip("\n")

    @contextmanager
    def edited(self) -> Iterator[Notebook]:
        """A block in which the notebook is plain data that can be changed."""
        path = self.folder / f"{self.exercise}.ipynb"
        notebook = json.loads(path.read_text("utf-8"))
        for one in notebook["cells"]:
            one["source"] = "".join(one["source"])
        yield notebook
        path.write_text(json.dumps(notebook, indent=1), "utf-8")

    def beside(self, name: str, text: str) -> None:
        """Hand in one more file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), "utf-8")


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. `needs_sandbox`: nothing but a sandbox can stop it. `tries` is what it is after, in one sentence."""

    number: int
    name: str
    theme: str
    tries: str
    exercise: str
    do: Callable[[Submission], None]
    needs_sandbox: bool

    def tail(self, run: str) -> str:
        """The end of its mark: a hexadecimal number that nothing else in the world has."""
        return f"{self.number:03}{run}"


ATTACKS: list[Attack] = []
"""Every attack; complete when `themes` was imported."""


def attack(exercise: str, *, needs_sandbox: bool = False) -> Callable[[Callable[[Submission], None]], None]:
    """Register an attack on an exercise."""

    def register(do: Callable[[Submission], None]) -> None:
        tries = " ".join((do.__doc__ or "").split())
        theme = do.__module__.rpartition(".")[2]
        name = do.__name__.replace("_", "-")
        ATTACKS.append(Attack(len(ATTACKS), name, theme, tries, exercise, do, needs_sandbox))

    return register


def cell_of(notebook: Notebook, name: str) -> dict[str, Any]:
    """The cell with that id."""
    found: dict[str, Any] = next(one for one in notebook["cells"] if one.get("id") == name)
    return found


def new_cell(source: str, name: str, kind: str = "code", **metadata: Any) -> dict[str, Any]:
    """A cell of the attacker's own."""
    made = {"cell_type": kind, "id": name, "metadata": metadata, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})
