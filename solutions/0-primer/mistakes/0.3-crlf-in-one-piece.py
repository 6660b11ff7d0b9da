'''
mistake = "Looks for CRLF in each chunk, where it may be cut in two"
loses = [
    "Wherever the stream is cut, also between CR and LF, the lines are the same",
    "A line of exactly limit bytes is fine, wherever it is cut",
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
        self._kept += chunk.replace(b"\r\n", b"\n")
        *lines, self._kept = self._kept.split(b"\n")
        self._check(*lines, self._kept)
        return lines

    def _check(self, *lines):
        if any(len(line.removesuffix(b"\r")) > self._limit for line in lines):
            raise ValueError(f"a line has more than {self._limit} bytes")

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
