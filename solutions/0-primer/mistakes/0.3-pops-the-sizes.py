'''
mistake = "Takes the sizes out of the list that it was given"
loses = [
    "cut leaves its sizes as they were",
    "Sizes that can be gone through only once are remembered",
    "Sizes that never end are taken one at a time",
]
told = ["AttributeError"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator
from itertools import cycle


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    at = 0
    while at < len(data):
        size = sizes.pop(0) if sizes else 0
        sizes.append(size)
        if size < 1:
            raise ValueError(f"a piece has 1 byte or more, not {size}")
        yield data[at : at + size]
        at += size
