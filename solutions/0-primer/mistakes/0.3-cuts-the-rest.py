'''
mistake = "Cuts the rest off anew for every piece, which copies it"
code = "W03"
loses = [
    "A small piece of 64 MB costs little",
]
told = ["processor time"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator
from itertools import cycle


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    turns = cycle(sizes)
    while data:
        size = next(turns, 0)
        if size < 1:
            raise ValueError(f"a piece has 1 byte or more, not {size}")
        yield data[:size]
        data = data[size:]
