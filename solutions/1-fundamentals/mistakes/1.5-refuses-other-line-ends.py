'''
mistake = "Refuses every text that splitlines would cut"
loses = ["Only a line end is refused: a tab, a form feed and other characters are sent"]
told = ["ValueError: a line end inside of a line", "send_line('form\\\\x0cfeed"]
'''

class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock = sock
        self.max_line = max_line
        self.encoding = encoding
        self.received = b""

    def send_line(self, text):
        if text.splitlines() not in ([], [text]):
            raise ValueError("a line end inside of a line")
        self.sock.sendall(text.encode(self.encoding) + b"\n")

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
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
