'''
mistake = "Packs and unpacks the length in the order of this machine's processor"
code = "W11"
loses = [
    "A message goes out as its length in four bytes and its payload",
    "A message comes in without its header",
    "A long message comes in whole",
    "At the end of the stream there is no message: None",
    "Wherever a frame is cut, in its header or in its payload, the message is the same",
    "What follows a message stays in the stream",
    "Of a message in pieces not one byte too many is read",
    "Two messages in one piece are two messages",
    "A message of max_size bytes is fine, one byte more is a ValueError",
    "A declared length of 4 GiB is refused before anything is read or reserved",
    "A message of no bytes is received as b'', and not as the end",
    "A message of no bytes is sent, as a header alone",
    "An end inside a header is an EOFError",
    "An end inside a payload is an EOFError",
    "A reset is raised, wherever it comes",
    "A message goes out whole, though send takes 3 bytes at a time",
    "A slow reader gets the whole message, though the socket has a timeout",
    "recv_msg leaves the socket open and nothing behind",
    "send_msg leaves the socket open and nothing behind",
    "Waiting for a message does not burn the processor",
    "A timeout of the socket is raised, in the header and in the payload",
    "A timeout of the socket is raised when the other side never reads",
    "The limit is the reader's: a message of 2 MiB is sent",
]
told = ["the network's byte order is big-endian"]
'''

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    sock.sendall(struct.pack("I", len(payload)) + payload)

# %% answer-recv-msg
import struct


def recv_msg(sock, *, max_size=1 << 20):
    header = read(sock, 4)
    if not header:
        return None
    if len(header) < 4:
        raise EOFError("the stream ended inside a header")
    (size,) = struct.unpack("I", header)
    if size > max_size:
        raise ValueError("the message is too long")
    payload = read(sock, size)
    if len(payload) < size:
        raise EOFError("the stream ended inside a payload")
    return payload


def read(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            break
        data += piece
    return bytes(data)
