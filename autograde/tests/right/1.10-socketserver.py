"""The standard library's own server, whose handlers have file objects already; a client with an ExitStack."""

# %% answer-open-unix-listener
import errno
import os
import socket
import stat
from contextlib import suppress


def open_unix_listener(path):
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.lstat(path).st_mode):
            remove_if_dead(path)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(path)
        listener.listen()
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener


def remove_if_dead(path):
    with socket.socket(socket.AF_UNIX) as probe:
        probe.setblocking(False)
        if probe.connect_ex(path) == errno.ECONNREFUSED:
            os.unlink(path)


# %% answer-serve-store
import socketserver


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if not line.endswith(b"\n"):
                return
            reply = self.answer(line[:-1].decode("utf-8"), self.server.store)
            self.wfile.write(reply.encode("utf-8") + b"\n")
            if reply == "BYE":
                return

    def answer(self, line, store):
        name, *arguments = line.split(" ", 2)
        arguments = [each for each in arguments if each]
        wanted = {"GET": 1, "DEL": 1, "SET": 2}.get(name)
        if line == "QUIT":
            return "BYE"
        if wanted is None:
            return "ERROR unknown command"
        if len(arguments) < wanted:
            return "ERROR missing argument"
        if name == "SET":
            store.update([arguments])
            return "OK"
        if arguments[0] not in store:
            return "NONE"
        if name == "GET":
            return "VALUE " + store[arguments[0]]
        store.pop(arguments[0])
        return "OK"


class Server(socketserver.BaseServer):
    def __init__(self, listener):
        super().__init__(listener.getsockname(), Handler)
        self.listener = listener
        self.store = {}

    def get_request(self):
        return self.listener.accept()

    def handle_error(self, request, client_address):
        print("a client went wrong:", client_address)

    def shutdown_request(self, request):
        request.close()


def serve_store(listener, n_clients):
    server = Server(listener)
    for _ in range(n_clients):
        server._handle_request_noblock()
    return server.store


# %% answer-store-client
import socket
from contextlib import ExitStack


def store_client(address, commands):
    with ExitStack() as stack:
        if isinstance(address, str):
            sock = stack.enter_context(socket.socket(socket.AF_UNIX))
            sock.connect(address)
        else:
            sock = stack.enter_context(socket.create_connection(address))
        file = stack.enter_context(sock.makefile("rw", encoding="utf-8", newline="\n"))
        replies = []
        for command in commands:
            print(command, file=file, flush=True)
            line = file.readline()
            if line[-1:] != "\n":
                raise EOFError(line)
            replies.append(line[:-1])
    return replies
