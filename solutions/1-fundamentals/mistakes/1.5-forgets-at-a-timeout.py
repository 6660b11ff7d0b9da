'''
mistake = "Collects a line in a local variable, so that a timeout forgets its beginning"
loses = ["After a timeout inside a line the next call goes on with the same line"]
told = ["what had come before the timeout was lost"]
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
        data, self.received = self.received, b""
        while b"\n" not in data:
            self.check(data)
            piece = self.sock.recv(4096)
            if not piece:
                if data:
                    raise EOFError("the stream ended inside a line")
                return None
            data += piece
        line, _, self.received = data.partition(b"\n")
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
