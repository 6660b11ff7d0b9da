'''
mistake = "Reads through a text file object, which also translates line ends and stumbles over bad text"
loses = [
    "A line that is no valid text is a UnicodeDecodeError, and the next line is fine",
    "An end inside a line is an EOFError",
    "After a timeout inside a line the next call goes on with the same line",
    "Only the line end is taken off: spaces, tabs and other characters stay",
]
told = ["more was taken off than the line end", "cannot read from timed out object"]
'''

class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock = sock
        self.max_line = max_line
        self.encoding = encoding
        self.file = sock.makefile("r", encoding=encoding)

    def send_line(self, text):
        if "\n" in text or "\r" in text:
            raise ValueError("a line end inside of a line")
        self.sock.sendall(text.encode(self.encoding) + b"\n")

    def recv_line(self):
        line = self.file.readline(self.max_line + 2)
        if not line:
            return None
        if not line.endswith("\n"):
            self.check(line.encode(self.encoding))
            raise EOFError("the stream ended inside a line")
        self.check(line[:-1].encode(self.encoding))
        return line[:-1]

    def check(self, line):
        line = line.removesuffix(b"\r")
        if len(line) > self.max_line:
            self.close()
            raise LineTooLong("the line is too long")
        return line

    def close(self):
        self.file.close()
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
