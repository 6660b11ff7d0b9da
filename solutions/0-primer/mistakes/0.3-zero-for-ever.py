'''
mistake = "Gives empty pieces for ever where a size is 0"
loses = [
    "A size that is 0 or negative, or no size at all, is a ValueError",
]
told = ["does not end"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator
from itertools import cycle


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    turns, at = cycle(sizes), 0
    while at < len(data):
        size = next(turns, 0)
        yield data[at : at + size]
        at += size
