'''
mistake = "Reads and writes another encoding than UTF-8"
loses = [
    "Text of any alphabet is UTF-8 on the wire",
    "A client that sends no UTF-8 is hung up on, and the next one is served",
]
told = ["and {'schlüssel': 'Grüße"]
'''

# %% answer-serve-store
def serve_store(listener, n_clients):
    store = {}
    for _ in range(n_clients):
        conn, _ = listener.accept()
        try:
            with conn:
                incoming = conn.makefile("r", encoding="latin-1", newline="\n")
                outgoing = conn.makefile("w", encoding="latin-1", newline="\n")
                with incoming, outgoing:
                    serve_one(incoming, outgoing, store)
        except (ConnectionError, UnicodeDecodeError):
            pass
    return store


def serve_one(incoming, outgoing, store):
    for line in incoming:
        if not line.endswith("\n"):
            break
        reply = answer(line[:-1], store)
        outgoing.write(reply + "\n")
        outgoing.flush()
        if reply == "BYE":
            break


def answer(line, store):
    command, _, rest = line.partition(" ")
    key, _, value = rest.partition(" ")
    if command == "QUIT":
        return "BYE"
    if command not in ("GET", "SET", "DEL"):
        return "ERROR unknown command"
    if not key or command == "SET" and not value:
        return "ERROR missing argument"
    if command == "SET":
        store[key] = value
        return "OK"
    if key not in store:
        return "NONE"
    if command == "GET":
        return "VALUE " + store[key]
    del store[key]
    return "OK"

# %% answer-store-client
import socket


def store_client(address, commands):
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as sock:
        sock.connect(address)
        incoming = sock.makefile("r", encoding="latin-1", newline="\n")
        outgoing = sock.makefile("w", encoding="latin-1", newline="\n")
        with incoming, outgoing:
            replies = []
            for command in commands:
                outgoing.write(command + "\n")
                outgoing.flush()
                reply = incoming.readline()
                if not reply.endswith("\n"):
                    raise EOFError("the server ended too early")
                replies.append(reply[:-1])
            return replies
