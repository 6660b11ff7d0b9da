'''
mistake = "Reads through a file object, which is unusable after a timeout"
loses = ["After a timeout inside a line the next call goes on with the same line"]
told = ["what had come before the timeout was lost", "cannot read from timed out object"]
'''

class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock = sock
        self.max_line = max_line
        self.encoding = encoding
        self.file = sock.makefile("rb")

    def send_line(self, text):
        if "\n" in text or "\r" in text:
            raise ValueError("a line end inside of a line")
        self.sock.sendall(text.encode(self.encoding) + b"\n")

    def recv_line(self):
        line = self.file.readline(self.max_line + 2)
        if not line:
            return None
        if not line.endswith(b"\n"):
            self.check(line)
            raise EOFError("the stream ended inside a line")
        return self.check(line[:-1]).decode(self.encoding)

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
