'''
mistake = "Keeps its bytes in the class, where all buffers share them"
loses = [
    "A line of one byte more than limit is a ValueError, finished or not",
    "A line without an end is a ValueError as soon as it is too long",
    "Two buffers do not mix",
]
told = ["a call remembers what an earlier one did"]
'''

# %% answer-line-buffer
class LineBuffer:
    """Lines out of the pieces of a stream. A line of more than `limit` bytes is a ValueError."""

    _kept = bytearray()

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that this chunk completes, without their line end."""
        lines, searched = [], len(self._kept)
        self._kept += chunk
        end = self._kept.rfind(b"\n", searched)
        if end >= 0:
            lines = [line.removesuffix(b"\r") for line in bytes(self._kept[:end]).split(b"\n")]
            del self._kept[: end + 1]
        unfinished = len(self._kept) - self._kept.endswith(b"\r")
        if max([unfinished, *map(len, lines)]) > self._limit:
            raise ValueError(f"a line has more than {self._limit} bytes")
        return lines

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
