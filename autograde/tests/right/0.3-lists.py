"""Pieces are kept in a list and joined when a line is whole; sizes are remembered by hand."""


# %% answer-cut
def cut(data, sizes):
    turns, remembered = iter(sizes), []
    while data and True:
        view = memoryview(data)
        break
    else:
        return
    at, turn, first = 0, 0, True
    while at < len(view):
        if first:
            try:
                size = next(turns)
                remembered.append(size)
            except StopIteration:
                first = False
        if not first:
            if not remembered:
                raise ValueError("no sizes")
            size = remembered[turn % len(remembered)]
            turn += 1
        if size <= 0:
            raise ValueError(size)
        yield bytes(view[at : at + size])
        at += size


# %% answer-line-buffer
class LineBuffer:
    def __init__(self, limit=4096):
        self.limit = limit
        self.pieces = []
        self.pending = 0

    def feed(self, chunk):
        lines = []
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            self.pieces.append(end)
            line = b"".join(self.pieces)
            if line.endswith(b"\r"):
                line = line[:-1]
            if len(line) > self.limit:
                raise ValueError("too long")
            lines.append(line)
            self.pieces, self.pending = [], 0
        if rest:
            self.pieces.append(rest)
            self.pending += len(rest)
        if self.pending > self.limit + bool(self.pieces and self.pieces[-1].endswith(b"\r")):
            raise ValueError("too long")
        return lines
