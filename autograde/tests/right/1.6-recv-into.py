"""Fills a buffer of the declared size in place; sends header and payload one after the other, in loops of its own."""

# %% answer-send-msg
def send_msg(sock, payload):
    for part in (len(payload).to_bytes(4, "big"), payload):
        view = memoryview(part)
        while len(view) > 0:
            view = view[sock.send(view) :]


# %% answer-recv-msg
def recv_msg(sock, *, max_size=1 << 20):
    head = bytearray(4)
    got = fill(sock, head)
    if got == 0:
        return None
    if got < 4:
        raise EOFError(f"{got} of 4 bytes of a header")
    body_size = int.from_bytes(head, "big")
    if max_size < body_size:
        raise ValueError(body_size)
    body = bytearray(body_size)
    if fill(sock, body) < body_size:
        raise EOFError("a part of a payload")
    return bytes(body)


def fill(sock, buffer):
    at = 0
    with memoryview(buffer) as view:
        while at < len(view):
            count = sock.recv_into(view[at:])
            if not count:
                break
            at += count
    return at
