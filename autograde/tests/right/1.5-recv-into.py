"""Keeps what has come in one buffer of fixed size, filled in place; waits in select."""

import select


class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock = sock
        self.buffer = bytearray(max_line + 2)
        self.filled = 0
        self.encoding = encoding

    def recv_line(self):
        while True:
            end = self.buffer.find(b"\n", 0, self.filled)
            if end >= 0:
                break
            if self.filled == len(self.buffer):
                self.refuse()
            if self.fill() == 0:
                if self.filled:
                    raise EOFError("half a line")
                return None
        line = bytes(self.buffer[:end])
        self.buffer[: self.filled - end - 1] = self.buffer[end + 1 : self.filled]
        self.filled -= end + 1
        if line.endswith(b"\r"):
            line = line[:-1]
        if len(line) > len(self.buffer) - 2:
            self.refuse()
        return line.decode(self.encoding)

    def fill(self):
        timeout = self.sock.gettimeout()
        if timeout is not None and not select.select([self.sock], [], [], timeout)[0]:
            raise TimeoutError("no line end in time")
        with memoryview(self.buffer) as view:
            count = self.sock.recv_into(view[self.filled :])
        self.filled += count
        return count

    def refuse(self):
        self.close()
        raise LineTooLong()

    def send_line(self, text):
        data = text.encode(self.encoding)
        if b"\n" in data or b"\r" in data:
            raise ValueError("a line end in a line")
        self.sock.sendall(data)
        self.sock.sendall(b"\n")

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        return False
