'''
mistake = "Writes replies, and does not flush them"
loses = [
    "serve_store sets, gets and deletes over TCP, and returns what is left",
    "serve_store does the same over a Unix path, and keeps the store for the next client",
    "Unknown commands and missing arguments are answered, and the conversation goes on",
    "A command is its whole first word, and an argument has at least one character",
    "Spaces belong to a value, inside it and at both ends",
    "A CR in a value, and what else may look like a line end, comes back unchanged",
    "Text of any alphabet is UTF-8 on the wire",
    "Commands that come in one piece are all answered, in order",
    "Half a command at the end of the stream is not carried out",
    "A client that vanishes costs only itself: the next one is served",
    "A client that sends no UTF-8 is hung up on, and the next one is served",
    "A long reply reaches a slow reader whole, though send takes only a part at a time",
    "After BYE the client sees the end: the socket is closed, and the file objects on it too",
    "serve_store closes what it opened, and leaves the listening socket open",
    "Waiting for a command does not burn the processor",
]
told = ["what was written is still in the file object"]
'''

# %% answer-serve-store
def serve_store(listener, n_clients):
    store = {}
    for _ in range(n_clients):
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
