"""Looks with MSG_PEEK first and takes no byte behind the line end out of the socket."""

import contextlib
import socket


class LineTooLong(ValueError):
    pass


class LineChannel(contextlib.closing):
    def __init__(self, sock, *, max_line=4096, encoding="utf-8"):
        super().__init__(self)
        self.sock = sock
        self.max_line = max_line
        self.encoding = encoding
        self.begun = bytearray()

    def __enter__(self):
        return self

    def close(self):
        self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def send_line(self, text):
        if any(end in text for end in "\r\n"):
            raise ValueError("only one line at a time")
        self.sock.sendall(b"%b\n" % text.encode(self.encoding))

    def recv_line(self):
        while not self.begun.endswith(b"\n"):
            waiting = self.sock.recv(512, socket.MSG_PEEK)
            if not waiting:
                if self.begun:
                    raise EOFError
                return None
            self.begun += self.sock.recv(waiting.find(b"\n") + 1 or len(waiting))
            content = self.begun.removesuffix(b"\n").removesuffix(b"\r")
            if len(content) > self.max_line:
                self.close()
                raise LineTooLong(len(content))
        line, self.begun = self.begun, bytearray()
        return line[:-1].removesuffix(b"\r").decode(self.encoding)
