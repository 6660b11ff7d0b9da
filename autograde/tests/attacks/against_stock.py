"""The corpus under stock `nbgrader autograde` and under this grader: `python -m autograde.tests.attacks.against_stock`.

Every attack is really run under both, several groups at a time, each group in namespaces and a home directory of its
own. What happened is written as one table, `autograde/docs/attacks.md`. A group in which honest work suffered is run
again in halves, until it is clear whose doing it was. Needs Linux and `unshare`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

from autograde.tests.attacks.corpus import Attack
from autograde.tests.attacks.stock_course import CONFIGURATION, as_for_stock
from autograde.tests.attacks.targets import targets
from autograde.tests.attacks.themes import ATTACKS, THEMES
from autograde.tests.attacks.world import grade, hand_in_class, make_course, run_in

PAGE = Path(__file__).parents[2] / "docs" / "attacks.md"

NAMESPACES = ("user", "map-root-user", "net", "pid", "mount", "ipc", "mount-proc")
CONFINED = ["unshare", *(f"--{name}" for name in NAMESPACES), "--fork", "--kill-child"]

TAME, WILD = 12, 4
"""So many attacks are graded in one run; in a group of wild ones, somebody often hurts the others."""

AT_ONCE = 3

DEADLINE = 900.0
"""Seconds in which a group must be done: under stock nbgrader, each endless cell takes 30 of them."""

Result = dict[str, Any]

NOTHING: Result = {
    "points": 0.0, "undecided": False, "leaks": [], "changes": [], "left": [], "stopped": False, "robbed": []
}  # fmt: skip
"""What an attack should come to."""

_numbers = count()


def make_template(root: Path, grader: str) -> None:
    """A course for this grader in which a class was graded once, so that everything that a first run makes is there."""
    with targets(root / f"{grader}-template") as aim:
        course = make_course(aim) if grader == "here" else make_course(aim, CONFIGURATION, as_for_stock)
        hand_in_class(course, aim, [])
        if grader == "here":
            grade(aim)
        else:
            run_in(aim, [sys.executable, "-m", "nbgrader", "autograde", "1-fundamentals"])
            run_in(aim, [sys.executable, "-m", "nbgrader", "generate_feedback", "1-fundamentals"])
        (aim.root / "secrets.json").write_text(json.dumps(aim.secrets))


def observed(root: Path, grader: str, attacks: Sequence[Attack]) -> dict[str, Result]:
    """What became of each attack; a group that somebody in it has hurt is split."""
    folder = root / f"{grader}-{next(_numbers)}"
    command = [*CONFINED, sys.executable, "-m", "autograde.tests.attacks.observe", grader, str(folder)]
    try:
        done = subprocess.run(
            command + [attack.name for attack in attacks], capture_output=True, text=True, timeout=DEADLINE
        )
        seen = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        seen = {"outcomes": {}, "robbed": ["everybody"], "stopped": True, "unclaimed": []}
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    hurt = seen["stopped"] or seen["robbed"] or seen["unclaimed"]
    if hurt and len(attacks) > 1:
        middle = len(attacks) // 2
        return observed(root, grader, attacks[:middle]) | observed(root, grader, attacks[middle:])
    print(".", end="", flush=True)
    whole = {"stopped": seen["stopped"], "robbed": seen["robbed"]}
    return {attack.name: {**NOTHING, **seen["outcomes"].get(attack.name, {}), **whole} for attack in attacks}


def groups() -> list[list[Attack]]:
    """Attacks that are graded in one run, to save time: fewer of those together that only a sandbox can stop."""
    tame = [attack for attack in ATTACKS if not attack.needs_sandbox]
    wild = [attack for attack in ATTACKS if attack.needs_sandbox]
    return [
        some[at : at + size] for some, size in ((tame, TAME), (wild, WILD)) for at in range(0, len(some), size)
    ]  # fmt: skip


def told(grader: str, result: Result) -> str:
    """What happened, in a few words."""
    said = []
    if result["points"]:
        said.append(f"**earned {result['points']:g} points**")
    if result["stopped"]:
        said.append("**stopped the class**")
    if result["robbed"] and not result["stopped"]:
        said.append("**changed the marks of others**")
    if leaks := {shortened(leak) for leak in result["leaks"]} - ({HIDDEN} if grader == "stock" else set()):
        said.append("**leaked**: " + ", ".join(sorted(leaks)))
    if result["changes"]:
        said.append("**changed**: " + ", ".join(result["changes"][:3]))
    if result["left"]:
        said.append("**left behind**: " + ", ".join(sorted(set(result["left"]))[:3]))
    if result["undecided"]:
        said.append("a person has to decide")
    return "; ".join(said) or "nothing"


HIDDEN = "the secret of hidden"
"""What stock nbgrader shows to everybody."""


def shortened(leak: str) -> str:
    """A leak without what was read itself."""
    return leak if leak.startswith(("the secret", "a flood", "HTML")) else "what it has found"


def page(results: dict[str, dict[str, Result]]) -> str:
    """The table."""
    lines = [HEAD]
    for grader, title in (("stock", "Stock nbgrader"), ("here", "This grader")):
        counted = Counter(told(grader, results[grader][attack.name]) != "nothing" for attack in ATTACKS)
        earned = sum(bool(results[grader][attack.name]["points"]) for attack in ATTACKS)
        lines.append(f"- {title}: of {len(ATTACKS)} attacks {earned} earned points, {counted[True]} did something.")
    for theme in THEMES:
        name = theme.__name__.rpartition(".")[2]
        lines += [
            "",
            f"## {(theme.__doc__ or '').splitlines()[0]}",
            "",
            "| attack | what it tries | stock nbgrader | here |",
        ]
        lines.append("|---|---|---|---|")
        for attack in ATTACKS:
            if attack.theme == name:
                cells = (
                    f"`{attack.name}`",
                    attack.tries,
                    *(told(g, results[g][attack.name]) for g in ("stock", "here")),
                )
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


HEAD = """\
# Attacks, under stock nbgrader and here

Written by `python -m autograde.tests.attacks.against_stock`, which ran every attack of `autograde/tests/attacks/` under
both graders. Under stock nbgrader the checks are plain asserts against the same scripted peers, with nbgrader's own
configuration and kernel; here they are the course's own. Each attack is a submission that solves nothing. “Nothing”
says that it got no point, that no secret came into the graded notebook or its feedback page, and that nothing else
changed, stopped or stayed behind. Pages of stock nbgrader show every hidden check to everybody; that is not counted.
All ran in namespaces without a network, so none of them could leave the machine, under either.
"""


def main() -> None:
    """Run everything under both graders and write the page."""
    with tempfile.TemporaryDirectory(prefix="attacks-") as name, ThreadPoolExecutor(AT_ONCE) as pool:
        root = Path(name)
        results: dict[str, dict[str, Result]] = {}
        for grader in ("stock", "here"):
            make_template(root, grader)
            parts = pool.map(lambda group, grader=grader: observed(root, grader, group), groups())
            results[grader] = {name: result for part in parts for name, result in part.items()}
        PAGE.write_text(page(results), "utf-8")
    print(f"\n{os.path.relpath(PAGE)} is written.")


if __name__ == "__main__":
    main()
