"""Binary file objects for both directions at once, commands in a table; a client that sends all before it reads."""

# %% answer-open-unix-listener
import errno
import os
import socket
import stat


def open_unix_listener(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(listener.fileno(), 0o600)
        try:
            listener.bind(path)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or is_alive(path):
                raise
            os.remove(path)
            listener.bind(path)
        os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
        listener.listen(5)
        return listener
    except BaseException:
        listener.close()
        raise


def is_alive(path):
    if not stat.S_ISSOCK(os.stat(path, follow_symlinks=False).st_mode):
        return True
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    caller.settimeout(0.5)
    try:
        return caller.connect_ex(path) != errno.ECONNREFUSED
    finally:
        caller.close()


# %% answer-serve-store
class Quit(Exception):
    pass


class Store(dict):
    def SET(self, key, value):
        self[key] = value
        return "OK"

    def GET(self, key, *_):
        return f"VALUE {self[key]}" if key in self else "NONE"

    def DEL(self, key, *_):
        return "OK" if self.pop(key, None) is not None else "NONE"

    def carry_out(self, line):
        words = line.split(" ", 2)
        if line == "QUIT":
            return "BYE"
        if words[0] not in ("SET", "GET", "DEL"):
            return "ERROR unknown command"
        if len(words) < (3 if words[0] == "SET" else 2) or "" in words:
            return "ERROR missing argument"
        return getattr(self, words[0])(*words[1:])


def serve_store(listener, n_clients):
    store = Store()
    while n_clients > 0:
        conn = listener.accept()[0]
        n_clients -= 1
        file = conn.makefile("rwb")
        conn.close()
        try:
            for line in iter(file.readline, b""):
                if line[-1:] == b"\n":
                    reply = store.carry_out(str(line[:-1], "utf-8"))
                    file.write(reply.encode() + b"\n")
                    file.flush()
                    if reply == "BYE":
                        break
        except (OSError, UnicodeError) as error:
            print("lost a client:", error)
        finally:
            try:
                file.close()
            except OSError:
                pass
    return dict(store)


# %% answer-store-client
import socket


def store_client(address, commands):
    if isinstance(address, str):
        sock = socket.socket(socket.AF_UNIX)
    else:
        sock = socket.socket(socket.AF_INET)
    with sock:
        sock.connect(address)
        sock.sendall("".join(command + "\n" for command in commands).encode("utf-8"))
        with sock.makefile("rb") as file:
            lines = [file.readline() for _ in commands]
    if not all(line.endswith(b"\n") for line in lines):
        raise EOFError("replies are missing")
    return [line[:-1].decode("utf-8") for line in lines]
