"""`%%server` and friends: cell magics that run a cell in an actor's process; outside a notebook there are none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograde.lessons.stage import Actor, Stage

_open: list[Stage] = []


def close_the_last_stage() -> None:
    """A notebook has one stage: the first cell, run again, ends the programs that it started before."""
    while _open:
        _open.pop().end()


def register(stage: Stage) -> None:
    """Give the running notebook, if there is one, a cell magic for each actor."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        return
    _open.append(stage)
    for actor in stage.actors:
        shell.register_magic_function(_magic_of(stage, actor), "cell", actor.name)


def _magic_of(stage: Stage, actor: Actor) -> Callable[[str, str], None]:
    def magic(line: str, cell: str) -> None:
        if line.strip() == "new scene":
            stage.new_scene()
        elif line.strip():
            raise ValueError(f"behind %%{actor.name} only `new scene` may stand, not `{line.strip()}`")
        actor.run(cell)

    magic.__doc__ = f"Run this cell in the {actor.name}'s own process; with `new scene`, pictures begin here."
    return magic
