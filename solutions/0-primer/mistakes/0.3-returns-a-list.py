'''
mistake = "Returns a list of all pieces"
loses = [
    "cut is a generator: it gives a piece when one is asked for",
]
told = ["all its pieces at once"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator
from itertools import cycle


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    turns, at, pieces = cycle(sizes), 0, []
    while at < len(data):
        size = next(turns, 0)
        if size < 1:
            raise ValueError(f"a piece has 1 byte or more, not {size}")
        pieces.append(data[at : at + size])
        at += size
    return pieces
