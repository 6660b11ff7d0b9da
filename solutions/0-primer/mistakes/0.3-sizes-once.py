'''
mistake = "Ends when the sizes have run out"
loses = [
    "cut gives pieces of the sizes, and begins again when they have run out",
    "The last piece of cut is what is left, and no data gives no piece",
    "Sizes that can be gone through only once are remembered",
    "Sizes that never end are taken one at a time",
    "A size that is 0 or negative, or no size at all, is a ValueError",
    "A small piece of 64 MB costs little",
    "cut leaves its sizes as they were",
]
told = ["sizes begin again"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    at = 0
    for size in sizes:
        if size < 1:
            raise ValueError(f"a piece has 1 byte or more, not {size}")
        if at >= len(data):
            return
        yield data[at : at + size]
        at += size
