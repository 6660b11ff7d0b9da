'''
mistake = "Splits with splitlines, which takes a lone CR for a line end"
loses = [
    "Wherever the stream is cut, also between CR and LF, the lines are the same",
    "Only the line end is taken off: spaces, tabs, other line ends and a lone CR stay",
]
told = ["wanted"]
'''

# %% answer-line-buffer
class LineBuffer:
    """Lines out of the pieces of a stream. A line of more than `limit` bytes is a ValueError."""

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._kept = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that this chunk completes, without their line end."""
        self._kept += chunk
        lines = self._kept.splitlines(keepends=True)
        self._kept = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        lines = [line.removesuffix(b"\n").removesuffix(b"\r") for line in lines]
        self._check(*lines, self._kept)
        return lines

    def _check(self, *lines):
        if any(len(line.removesuffix(b"\r")) > self._limit for line in lines):
            raise ValueError(f"a line has more than {self._limit} bytes")

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
