'''
mistake = "Takes only a negative size for wrong"
loses = [
    "A size that is 0 or negative, or no size at all, is a ValueError",
]
told = ["ValueError"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator
from itertools import cycle


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    turns, at = cycle(sizes), 0
    while at < len(data):
        size = next(turns, 0)
        if not size:
            return
        if size < 0:
            raise ValueError(f"a piece has 1 byte or more, not {size}")
        yield data[at : at + size]
        at += size
