'''
mistake = "Begins with an empty store for every client"
loses = [
    "serve_store does the same over a Unix path, and keeps the store for the next client",
    "A client that vanishes costs only itself: the next one is served",
    "After BYE the client sees the end: the socket is closed, and the file objects on it too",
]
told = ["the script of the other side was not met"]
'''

# %% answer-serve-store
def serve_store(listener, n_clients):
    for _ in range(n_clients):
        store = {}
        conn, _ = listener.accept()
        try:
            with conn:
                incoming = conn.makefile("r", encoding="utf-8", newline="\n")
                outgoing = conn.makefile("w", encoding="utf-8", newline="\n")
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
