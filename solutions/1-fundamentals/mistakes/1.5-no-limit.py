'''
mistake = "Never looks at max_line"
code = "W13"
loses = [
    "A line of one byte more than max_line is LineTooLong",
    "After LineTooLong the channel is closed, before it is open",
    "10 MB without a line end are LineTooLong, and take little memory",
]
told = ["a buffer without a limit"]
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
        while b"\n" not in self.received:
            piece = self.sock.recv(65536)
            if not piece:
                if self.received:
                    raise EOFError("the stream ended inside a line")
                return None
            self.received += piece
        line, _, self.received = self.received.partition(b"\n")
        return line.removesuffix(b"\r").decode(self.encoding)

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
