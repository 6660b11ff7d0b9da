'''
mistake = "Does not undo the dots"
loses = [
    "The lines of a block are returned, its dots undone",
    "Only a lone dot ends a block, and only one dot is taken off a line",
    "What comes behind the dot is left for the next block, and not waited for",
]
told = ["a line that begins with a dot is sent with one more"]
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
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if line == b".":
            return block
        block.append(line.decode("utf-8", "replace"))
    raise EOFError("the lines ended before the lone dot")
