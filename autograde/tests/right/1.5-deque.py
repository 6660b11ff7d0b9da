"""Splits each receipt into whole lines, which wait in a queue; sends with a loop of its own."""

from collections import deque


class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line: int = 4096, encoding: str = "utf-8"):
        self.sock, self.max_line, self.encoding = sock, max_line, encoding
        self.whole: deque[bytes] = deque()
        self.rest = b""

    def send_line(self, text):
        if set(text) & {"\r", "\n"}:
            raise ValueError(repr(text))
        data = memoryview(f"{text}\n".encode(self.encoding))
        while data:
            data = data[self.sock.send(data) :]

    def recv_line(self):
        print("asked for a line")
        while not self.whole:
            if len(self.rest) - self.rest.endswith(b"\r") > self.max_line:
                self.too_long()
            piece = self.sock.recv(1 << 16)
            if piece == b"":
                if self.rest == b"":
                    return None
                raise EOFError(f"no line end after {self.rest!r}")
            *lines, self.rest = (self.rest + piece).split(b"\n")
            self.whole.extend(lines)
        line = self.whole.popleft()
        if line[-1:] == b"\r":
            line = line[:-1]
        if len(line) > self.max_line:
            self.too_long()
        return str(line, self.encoding)

    def too_long(self):
        with self:
            raise LineTooLong

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()
