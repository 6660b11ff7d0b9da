'''
mistake = "Refuses to send what its own recv_msg would not take by default"
loses = ["The limit is the reader's: a message of 2 MiB is sent"]
told = ["ValueError: the message is too long"]
'''

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    if len(payload) > 1 << 20:
        raise ValueError("the message is too long")
    sock.sendall(struct.pack("!I", len(payload)) + payload)
