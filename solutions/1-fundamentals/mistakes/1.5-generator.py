'''
mistake = "Reads in a generator, which is finished for good after an exception"
loses = [
    "A line that is no valid text is a UnicodeDecodeError, and the next line is fine",
    "After a timeout inside a line the next call goes on with the same line",
]
told = ["what had come before the timeout was lost"]
'''

class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock = sock
        self.max_line = max_line
        self.encoding = encoding
        self.lines = self.all_lines()

    def send_line(self, text):
        if "\n" in text or "\r" in text:
            raise ValueError("a line end inside of a line")
        self.sock.sendall(text.encode(self.encoding) + b"\n")

    def all_lines(self):
        received = b""
        while True:
            while b"\n" not in received:
                self.check(received)
                piece = self.sock.recv(4096)
                if not piece:
                    if received:
                        raise EOFError("the stream ended inside a line")
                    return
                received += piece
            line, _, received = received.partition(b"\n")
            yield self.check(line).decode(self.encoding)

    def recv_line(self):
        return next(self.lines, None)

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
