'''
mistake = "Closes its own file object, but not the socket"
code = "W08"
loses = [
    "After LineTooLong the channel is closed, before it is open",
    "close() closes the socket, and nothing else is left behind",
    "The end of a with block closes the socket, also when an exception ends it",
]
told = ["after close() the socket was still open"]
'''

class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock = sock
        self.max_line = max_line
        self.encoding = encoding
        self.received = b""
        self.out = sock.makefile("wb")

    def send_line(self, text):
        if "\n" in text or "\r" in text:
            raise ValueError("a line end inside of a line")
        self.out.write(text.encode(self.encoding) + b"\n")
        self.out.flush()

    def recv_line(self):
        while b"\n" not in self.received:
            self.check(self.received)
            piece = self.sock.recv(4096)
            if not piece:
                if self.received:
                    raise EOFError("the stream ended inside a line")
                return None
            self.received += piece
        line, _, self.received = self.received.partition(b"\n")
        return self.check(line).decode(self.encoding)

    def check(self, line):
        line = line.removesuffix(b"\r")
        if len(line) > self.max_line:
            self.close()
            raise LineTooLong("the line is too long")
        return line

    def close(self):
        self.out.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
