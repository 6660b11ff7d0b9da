'''
mistake = "Stores a value of no characters"
code = "words"
loses = ["A command is its whole first word, and an argument has at least one character"]
told = ["wanted b'ERROR missing argument", "got b'OK"]
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
            return
        reply = answer(line.removesuffix("\n"), store)
        outgoing.write(reply + "\n")
        outgoing.flush()
        if reply == "BYE":
            break


def answer(line, store):
    command, _, rest = line.partition(" ")
    key, space, value = rest.partition(" ")
    if line == "QUIT":
        return "BYE"
    if command not in ("GET", "SET", "DEL"):
        return "ERROR unknown command"
    if not key or command == "SET" and not space:
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
