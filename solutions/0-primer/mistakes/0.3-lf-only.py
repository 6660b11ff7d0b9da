'''
mistake = "Knows only LF for a line end"
loses = [
    "Pieces as the sockets of lesson 1.3 delivered them become lines",
    "A line end is LF or CRLF, an empty line is b'', an empty chunk gives no line",
    "Wherever the stream is cut, also between CR and LF, the lines are the same",
    "Only the line end is taken off: spaces, tabs, other line ends and a lone CR stay",
    "A line of exactly limit bytes is fine, wherever it is cut",
]
told = ["\\\\r"]
'''

# %% answer-line-buffer
class LineBuffer:
    """Lines out of the pieces of a stream. A line of more than `limit` bytes is a ValueError."""

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._kept = bytearray()  # what has come behind the last line end

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that this chunk completes, without their line end."""
        lines, searched = [], len(self._kept)
        self._kept += chunk
        end = self._kept.rfind(b"\n", searched)
        if end >= 0:
            lines = bytes(self._kept[:end]).split(b"\n")
            del self._kept[: end + 1]
        unfinished = len(self._kept)
        if max([unfinished, *map(len, lines)]) > self._limit:
            raise ValueError(f"a line has more than {self._limit} bytes")
        return lines

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
