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
        self._kept = bytearray()  # what has come behind the last line end

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that this chunk completes, without their line end."""
        lines, searched = [], len(self._kept)
        self._kept += chunk
        while (end := self._kept.find(b"\n", searched)) >= 0:
            lines.append(bytes(self._kept[:end]).removesuffix(b"\r"))
            self._kept = self._kept[end + 1 :]
            searched = 0
        unfinished = len(self._kept) - self._kept.endswith(b"\r")
        if max([unfinished, *map(len, lines)]) > self._limit:
            raise ValueError(f"a line has more than {self._limit} bytes")
        return lines

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
