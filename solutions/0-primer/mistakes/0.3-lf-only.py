'''
mistake = "Knows only LF for a line end"
loses = [
    "Pieces as the sockets of lesson 1.3 delivered them become lines",
    "A line end is LF or CRLF, an empty line is b'', an empty chunk gives no line",
    "Wherever the stream is cut, also between CR and LF, the lines are the same",
    "Only the line end is taken off: spaces, tabs, other line ends and a lone CR stay",
    "A line of exactly limit bytes is fine, wherever it is cut",
    "A line of one byte more than limit is a ValueError, finished or not",
]
told = ["\\\\r"]
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
        *lines, self._kept = self._kept.split(b"\n")
        if any(len(line) > self._limit for line in (*lines, self._kept)):
            raise ValueError(f"a line has more than {self._limit} bytes")
        return lines

    def _check(self, *lines):
        if any(len(line.removesuffix(b"\r")) > self._limit for line in lines):
            raise ValueError(f"a line has more than {self._limit} bytes")

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
