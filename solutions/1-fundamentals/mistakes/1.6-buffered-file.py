'''
mistake = "Reads through a buffered file object, which takes the next message too and loses it"
code = "W10"
loses = [
    "What follows a message stays in the stream",
    "Of a message in pieces not one byte too many is read",
    "Two messages in one piece are two messages",
    "A declared length of 4 GiB is refused before anything is read or reserved",
]
told = ["bytes of the next message were read and lost"]
'''

# %% answer-recv-msg
import struct


def recv_msg(sock, *, max_size=1 << 20):
    file = sock.makefile("rb")
    header = file.read(4)
    if not header:
        return None
    if len(header) < 4:
        raise EOFError("the stream ended inside a header")
    (size,) = struct.unpack("!I", header)
    if size > max_size:
        raise ValueError("the message is too long")
    payload = file.read(size)
    if len(payload) < size:
        raise EOFError("the stream ended inside a payload")
    return payload
