"""Which workers there are, and which of them can go on: what the scheduler says, held against what is wanted."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

from autograde.classroom.cluster.offer import offer, refusal


class Workers:
    """Those that can examine: `fit` holds by address how many notebooks each examines at once.

    Whoever cannot is told of on stderr, once. `hung` are those that have let a deadline pass: they get nothing more.
    """

    def __init__(self, scheduler: str, *, require_sandbox: bool) -> None:
        self.fit: dict[str, int] = {}
        self.hung: set[str] = set()
        self.offer = offer(sandboxed=require_sandbox)
        self._require_sandbox = require_sandbox
        self._here = scheduler.startswith("local:")
        self._told: set[str] = set()
        self._seen = time.monotonic()

    def note(self, found: Mapping[str, Mapping[str, Any]]) -> None:
        """These are there, as the scheduler describes them."""
        self.fit = {
            address: int(worker["resources"][self.offer])
            for address, worker in found.items()
            if self._is_accepted(address, worker["resources"]) and address not in self.hung
        }
        if self.fit:
            self._seen = time.monotonic()

    def missing_for(self) -> float:
        """Seconds in which there has been none."""
        return time.monotonic() - self._seen

    def _is_accepted(self, address: str, resources: Mapping[str, float]) -> bool:
        if sentence := refusal(address, resources, require_sandbox=self._require_sandbox):
            self._tell(sentence)
        elif offer(sandboxed=True) not in resources and not self._here:
            self._tell(f"Workers at {address.rpartition(':')[0]} cannot lock students' code in; their logs say why.")
        return not sentence

    def _tell(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            print(sentence, file=sys.stderr)
