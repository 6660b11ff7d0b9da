'''
mistake = "Reads through a file object, but answers with a single send"
code = "W02"
loses = ["A long reply reaches a slow reader whole, though send takes only a part at a time"]
told = ["send may take only part of the data"]
'''

# %% answer-serve-store
def serve_store(listener, n_clients):
    store = {}
    for _ in range(n_clients):
        conn, _ = listener.accept()
        try:
            with conn:
                incoming = conn.makefile("r", encoding="utf-8", newline="\n")
                with incoming:
                    serve_one(incoming, conn, store)
        except (ConnectionError, UnicodeDecodeError):
            pass
    return store


def serve_one(incoming, outgoing, store):
    for line in incoming:
        if not line.endswith("\n"):
            break
        reply = answer(line[:-1], store)
        outgoing.send(f"{reply}\n".encode())
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
