'''
mistake = "Cuts the rest off anew for every line, which copies it"
code = "W03"
loses = [
    "40,000 lines in one chunk are taken in linear time",
]
told = ["cut off"]
'''

# %% answer-line-buffer
class LineBuffer:
    """Lines out of the pieces of a stream. A line of more than `limit` bytes is a ValueError."""

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._kept = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that this chunk completes, without their line end."""
        lines = []
        self._kept += chunk
        while b"\n" in self._kept:
            line, _, self._kept = self._kept.partition(b"\n")
            lines.append(line.removesuffix(b"\r"))
        self._check(*lines, self._kept)
        return lines

    def _check(self, *lines):
        if any(len(line.removesuffix(b"\r")) > self._limit for line in lines):
            raise ValueError(f"a line has more than {self._limit} bytes")

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
