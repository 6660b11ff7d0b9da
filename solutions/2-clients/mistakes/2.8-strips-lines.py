'''
mistake = "Strips lines of spaces, too"
code = "stripped"
loses = [
    "The lines of a block are returned, its dots undone",
    "Only a lone dot ends a block, and only one dot is taken off a line",
]
told = ["wanted"]
'''


# %% answer-read-dot-block
from collections.abc import Iterable


def lines_of(sock):
    """The lines that come over a connection, each with its line end. (This one is given.)"""
    with sock.makefile("rb") as file:
        yield from file


def read_dot_block(lines: Iterable[bytes]) -> list[str]:
    """The lines of a block that ends with a lone dot, without their line ends, dot-stuffing undone."""
    block = []
    for line in lines:
        if not line.endswith(b"\n"):
            break
        line = line.strip()
        if line == b".":
            return block
        block.append(line.removeprefix(b".").decode("utf-8", "replace"))
    raise EOFError("the lines ended before the lone dot")
