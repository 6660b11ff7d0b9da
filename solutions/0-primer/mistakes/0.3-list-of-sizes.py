'''
mistake = "Makes a list of the sizes first, which never ends if they do not"
loses = [
    "Sizes that never end are taken one at a time",
]
told = ["MemoryError"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator
from itertools import cycle


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    turns, at = cycle(list(sizes)), 0
    while at < len(data):
        size = next(turns, 0)
        if size < 1:
            raise ValueError(f"a piece has 1 byte or more, not {size}")
        yield data[at : at + size]
        at += size
