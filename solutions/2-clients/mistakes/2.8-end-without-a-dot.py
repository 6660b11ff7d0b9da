'''
mistake = "Takes the end of the lines for the end of the block"
code = "W06"
loses = ["A block that ends too early is an EOFError"]
told = ["an error was turned into an answer"]
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
        block.append(line.removeprefix(b".").decode("utf-8", "replace"))
    return block
