"""Every picture drawn from a conversation, in one place: `Picture`, `sequence`, `ruler`, `staircase`.

Each is made from plain data or a transcript, carries its text alternative, and is the same text for the same input.
"""

from autograde.wire.ruler import cuts, moves, ruler, staircase
from autograde.wire.sequence import sequence
from autograde.wire.svg import Picture

__all__ = ["Picture", "cuts", "moves", "ruler", "sequence", "staircase"]
