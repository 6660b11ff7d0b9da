'''
mistake = "Decodes each chunk, which may end inside of a character"
code = "W09"
loses = [
    "Characters that are cut in two, and bytes that are no text, stay what they are",
    "Only the line end is taken off: spaces, tabs, other line ends and a lone CR stay",
]
told = ["UnicodeDecodeError"]
'''

# %% answer-line-buffer
class LineBuffer:
    """Lines out of the pieces of a stream. A line of more than `limit` bytes is a ValueError."""

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._kept = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that this chunk completes, without their line end."""
        text = chunk.decode()
        self._kept += text.encode()
        *lines, self._kept = self._kept.split(b"\n")
        self._check(*lines, self._kept)
        return [line.removesuffix(b"\r") for line in lines]

    def _check(self, *lines):
        if any(len(line.removesuffix(b"\r")) > self._limit for line in lines):
            raise ValueError(f"a line has more than {self._limit} bytes")

    @property
    def pending(self) -> int:
        """Bytes that are kept for later."""
        return len(self._kept)
