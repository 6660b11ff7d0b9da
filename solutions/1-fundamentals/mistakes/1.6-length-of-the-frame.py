'''
mistake = "Counts the header as a part of the length"
loses = [
    "A message goes out as its length in four bytes and its payload",
    "A message of no bytes is sent, as a header alone",
    "A message goes out whole, though send takes 3 bytes at a time",
    "A slow reader gets the whole message, though the socket has a timeout",
    "send_msg leaves the socket open and nothing behind",
    "A timeout of the socket is raised when the other side never reads",
    "The limit is the reader's: a message of 2 MiB is sent",
]
told = ["the script of the other side was not met"]
'''

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    sock.sendall(struct.pack("!I", 4 + len(payload)) + payload)
