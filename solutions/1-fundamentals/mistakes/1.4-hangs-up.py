'''
mistake = "Hangs up after sending, as if the socket were its own"
code = "W18"
loses = ["send_all leaves the socket open and nothing behind"]
told = ["closed the socket that it was given"]
'''


# %% answer-send-all
def send_all(sock, data):
    calls = 0
    with sock:
        rest = memoryview(data)
        while rest:
            rest = rest[sock.send(rest) :]
            calls += 1
    return calls
