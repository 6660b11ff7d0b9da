"""The command `bench`: what is measured, in which order, and where it is shown."""

from __future__ import annotations

import json
from dataclasses import asdict

from autograde.classroom.bench.start import starting_costs
from autograde.classroom.bench.tables import costs_of_starting
from autograde.classroom.show import console


def show_starting_costs(*, as_json: bool) -> int:
    """`bench --start`."""
    costs = starting_costs()
    if as_json:
        print(json.dumps({"start": {name: asdict(spread) for name, spread in costs.items()}}, indent=1))
    else:
        console().print(costs_of_starting(costs))
    return 0
