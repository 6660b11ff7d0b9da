"""Reads single bytes through an unbuffered file object, a new one for each call, so that a timeout spoils none."""


class LineTooLong(ValueError):
    pass


class LineChannel:
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        self.sock = sock
        self.max_line = max_line
        self.encoding = encoding
        self.line = []

    def recv_line(self):
        with self.sock.makefile("rb", buffering=0) as file:
            for byte in iter(lambda: file.read(1), b"\n"):
                if not byte:
                    if self.line:
                        raise EOFError("the stream ended inside a line")
                    return None
                self.line.append(byte)
                if len(self.line) > self.max_line + (self.line[-1] == b"\r"):
                    break
            else:
                data, self.line = b"".join(self.line), []
                return data.removesuffix(b"\r").decode(self.encoding)
        self.close()
        raise LineTooLong(f"more than {self.max_line} bytes")

    def send_line(self, text):
        if "\n" in text or "\r" in text:
            raise ValueError("one line, please")
        with self.sock.makefile("wb") as file:
            file.write(text.encode(self.encoding) + b"\n")

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
