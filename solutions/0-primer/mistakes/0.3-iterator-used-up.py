'''
mistake = "Goes through the sizes again and again, and an iterator gives nothing the second time"
loses = [
    "Sizes that can be gone through only once are remembered",
]
told = ["sizes"]
'''

# %% answer-cut
from collections.abc import Iterable, Iterator


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Consecutive pieces of `data`; the sizes begin again when they run out. ValueError for one below 1."""
    at = 0
    while at < len(data):
        begin = at
        for size in sizes:
            if size < 1:
                raise ValueError(f"a piece has 1 byte or more, not {size}")
            yield data[at : at + size]
            at += size
            if at >= len(data):
                return
        if begin == at:
            raise ValueError("there are no sizes")
