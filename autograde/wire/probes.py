"""The probes of exercise 1.8: what `udp_ping` sends, and what an honest server sends back.

    probe = probes(b"k3x9")
    with datagram_peer(echoes(), names=probe.name) as server: ...

A probe has 64 bytes: its number (4 bytes, in network order, from 1 on), the token, and zero bytes.
"""

from __future__ import annotations

from .show import Named

SIZE = 64


class probes:
    """The probes of one token."""

    def __init__(self, token: bytes) -> None:
        self.token = token

    def __call__(self, number: int) -> Named:
        """The probe with this number."""
        return Named((number.to_bytes(4, "big") + self.token).ljust(SIZE, b"\0"), f"probe {number}")

    def name(self, data: bytes) -> str:
        """What a datagram is called in a story; "" for one that is no probe of this token."""
        probe = self(int.from_bytes(data[:4], "big"))
        return probe.name if data == probe else ""


__all__ = ["probes"]
