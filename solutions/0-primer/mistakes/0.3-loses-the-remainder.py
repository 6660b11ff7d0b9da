'''
mistake = "Forgets what is behind the last line end"
loses = [
    "Pieces as the sockets of lesson 1.3 delivered them become lines",
    "pending counts the bytes that are kept for later",
    "Wherever the stream is cut, also between CR and LF, the lines are the same",
    "Characters that are cut in two, and bytes that are no text, stay what they are",
    "A line of exactly limit bytes is fine, wherever it is cut",
    "A line of one byte more than limit is a ValueError, finished or not",
    "A line without an end is a ValueError as soon as it is too long",
    "Beside 64 MB that are kept, a small chunk costs little",
    "Two buffers do not mix",
    "Nothing is left behind: no files, no threads, no changed settings",
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
        *lines, rest = chunk.split(b"\n")
        self._check(*lines, rest)
        return [line.removesuffix(b"\r") for line in lines]

    def _check(self, *lines):
        if any(len(line.removesuffix(b"\r")) > self._limit for line in lines):
            raise ValueError(f"a line has more than {self._limit} bytes")

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
