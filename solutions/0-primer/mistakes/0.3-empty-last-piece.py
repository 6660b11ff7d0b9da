'''
mistake = "Gives one more piece, which is empty"
loses = [
    "The last piece of cut is what is left, and no data gives no piece",
]
told = ["b''"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator
from itertools import cycle


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    turns, at = cycle(sizes), 0
    while at <= len(data):
        size = next(turns, 0)
        if size < 1:
            raise ValueError(f"a piece has 1 byte or more, not {size}")
        yield data[at : at + size]
        at += size
