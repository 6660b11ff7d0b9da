"""What a worker offers: examinations by one version of the grader, so many at once.

An offer is a resource in Dask's sense: its name says which grader it is, and its number how many examinations run at
once. Whoever has a notebook examined asks for one unit of the resource with its own version in its name. So Dask itself
gives no work to a worker of another version, nor to one that knows nothing of this course.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping

from autograde.classroom.grader import fingerprint_of_grader

MARK = "loopback"
SANDBOXED = "sandboxed"


def offer(*, sandboxed: bool) -> str:
    """The name of an offer of this version; `sandboxed` is one whose answers are locked in."""
    words = [MARK, platform.python_version(), fingerprint_of_grader()[:12]]
    return " ".join([*words, SANDBOXED] if sandboxed else words)


def offers(jobs: int, *, sandbox: bool) -> dict[str, float]:
    """All that a worker of this version offers, which examines so many notebooks at once."""
    return {offer(sandboxed=locked_in): float(jobs) for locked_in in ({False, True} if sandbox else {False})}


def refusal(address: str, resources: Mapping[str, float], *, require_sandbox: bool) -> str:
    """One sentence that says why a worker with these resources gets no work; "" for one that does."""
    found = [words for words in map(str.split, resources) if words[:1] == [MARK] and len(words) >= 3]
    if not found:
        return (
            f"The worker at {address} gets no work: it does not know this course. Start it with "
            "--preload autograde.classroom.cluster.worker, in an environment that this course is installed in."
        )
    _, python, grader, *_ = found[0]
    if python != (here := platform.python_version()):
        return f"The worker at {address} gets no work: it has Python {python}, and here it is {here}."
    if offer(sandboxed=False) not in resources:
        return (
            f"The worker at {address} gets no work: its grader has version {grader}, and here it is "
            f"{fingerprint_of_grader()[:12]}. Give both the same checkout, and start the worker anew."
        )
    if require_sandbox and offer(sandboxed=True) not in resources:
        return f"The worker at {address} gets no work: it cannot lock students' code in. Its log says why."
    return ""
