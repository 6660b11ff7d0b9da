"""What lessons stand on: a stage for live programs, servers to talk to, and the command that stores lessons anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograde.lessons.services import Services
    from autograde.lessons.stage import Stage

__all__ = ["Services", "Stage"]


def __getattr__(name: str) -> Any:
    """Import the stage only when a notebook asks for it: an actor's fresh interpreter needs none of it."""
    if name == "Stage":
        from autograde.lessons.stage import Stage

        return Stage
    if name == "Services":
        from autograde.lessons.services import Services

        return Services
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
