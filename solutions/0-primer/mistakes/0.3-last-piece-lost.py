'''
mistake = "Gives only pieces that are as large as their size"
loses = [
    "cut gives pieces of the sizes, and begins again when they have run out",
    "The last piece of cut is what is left, and no data gives no piece",
    "Sizes that can be gone through only once are remembered",
    "Sizes that never end are taken one at a time",
    "A size that is 0 or negative, or no size at all, is a ValueError",
    "cut leaves its sizes as they were",
    "Nothing is left behind: no files, no threads, no changed settings",
]
told = ["wanted"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator
from itertools import cycle


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    turns, at = cycle(sizes), 0
    while at < len(data):
        size = next(turns, 0)
        if size < 1:
            raise ValueError(f"a piece has 1 byte or more, not {size}")
        if at + size > len(data):
            return
        yield data[at : at + size]
        at += size
