'''
mistake = "Decodes each piece as it comes"
code = "W09"
loses = [
    "Wherever the stream is cut, in a character or between CR and LF, the lines are the same",
    "A line that is no valid text is a UnicodeDecodeError, and the next line is fine",
    "After a timeout inside a line the next call goes on with the same line",
    "A line of exactly max_line bytes is fine, wherever it is cut",
]
told = ["a character can be cut in two"]
'''

class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock = sock
        self.max_line = max_line
        self.encoding = encoding
        self.received = ""

    def send_line(self, text):
        if "\n" in text or "\r" in text:
            raise ValueError("a line end inside of a line")
        self.sock.sendall(text.encode(self.encoding) + b"\n")

    def recv_line(self):
        while "\n" not in self.received:
            self.check(self.received)
            piece = self.sock.recv(4096)
            if not piece:
                if self.received:
                    raise EOFError("the stream ended inside a line")
                return None
            self.received += piece.decode(self.encoding)
        line, _, self.received = self.received.partition("\n")
        return self.check(line)

    def check(self, line):
        line = line.removesuffix("\r")
        if len(line.encode(self.encoding)) > self.max_line:
            self.close()
            raise LineTooLong("the line is too long")
        return line

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
