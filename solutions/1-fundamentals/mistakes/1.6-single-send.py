'''
mistake = "Calls send once for the whole message"
code = "W02"
loses = [
    "A message goes out whole, though send takes 3 bytes at a time",
    "A slow reader gets the whole message, though the socket has a timeout",
    "A timeout of the socket is raised when the other side never reads",
]
told = ["send may take only part of the data"]
'''

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    sock.send(struct.pack("!I", len(payload)) + payload)
