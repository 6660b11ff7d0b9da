"""Bytes in, events out: a generator that is fed pieces and yields lines; the socket lives outside of it."""


class LineTooLong(ValueError):
    pass


def lines(most):
    """Takes a piece (b"" at the end of the stream) with send, gives the next line, or None where it needs more."""
    data = bytearray()
    while True:
        end = data.find(b"\n")
        line = (data if end < 0 else data[:end]).removesuffix(b"\r")
        if len(line) > most:
            yield LineTooLong("too long")
            return
        if end < 0:
            piece = yield None
            while piece is None:  # asked again: the wait for a piece ended in an exception
                piece = yield None
            if not piece:
                yield EOFError("half a line") if data else "end"
            else:
                data += piece
        else:
            del data[: end + 1]
            yield bytes(line)


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock, self.encoding = sock, encoding
        self.parser = lines(max_line)

    def recv_line(self):
        event = next(self.parser)
        while event is None:
            event = self.parser.send(self.sock.recv(1000))
        if event == "end":
            return None
        if isinstance(event, LineTooLong):
            self.close()
        if isinstance(event, Exception):
            raise event
        return event.decode(self.encoding)

    def send_line(self, text):
        if text.translate({10: None, 13: None}) != text:
            raise ValueError("a line end in a line")
        self.sock.sendall((text + "\n").encode(self.encoding))

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
