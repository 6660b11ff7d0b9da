'''
mistake = "Looks at the line behind the dot"
code = "rest"
loses = ["What comes behind the dot is left for the next block, and not waited for"]
told = ["did not end within 3 s"]
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
    lines = iter(lines)
    for line in lines:
        if not line.endswith(b"\n"):
            break
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if line == b".":
            next(lines, None)
            return block
        block.append(line.removeprefix(b".").decode("utf-8", "replace"))
    raise EOFError("the lines ended before the lone dot")
