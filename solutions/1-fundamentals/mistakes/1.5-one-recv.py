'''
mistake = "Takes what one recv returns for a line"
code = "W01"
loses = [
    "Lines come in without their line end, be it LF or CRLF",
    "A line that trickles in byte by byte is put together",
    "Lines that come in one piece are given out one by one",
    "Wherever the stream is cut, in a character or between CR and LF, the lines are the same",
    "A line that is no valid text is a UnicodeDecodeError, and the next line is fine",
    "An end inside a line is an EOFError",
    "A reset inside a line is raised",
    "After a timeout inside a line the next call goes on with the same line",
    "A line of exactly max_line bytes is fine, wherever it is cut",
]
told = ["one recv is not one message"]
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
        if "\n" in text or "\r" in text:
            raise ValueError("a line end inside of a line")
        self.sock.sendall(text.encode(self.encoding) + b"\n")

    def recv_line(self):
        line = self.sock.recv(65536)
        if not line:
            return None
        return self.check(line.removesuffix(b"\n")).decode(self.encoding)

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
