"""The whole corpus: importing this file registers every attack."""

from __future__ import annotations

from autograde.tests.attacks import (
    bridge,
    files,
    floods,
    guesses,
    interpreter,
    metadata,
    network,
    outputs,
    process,
    shadows,
)
from autograde.tests.attacks.corpus import ATTACKS

THEMES = (interpreter, shadows, guesses, outputs, metadata, bridge, process, files, network, floods)
"""In the order in which the table of attacks shows them."""

__all__ = ["ATTACKS", "THEMES"]
