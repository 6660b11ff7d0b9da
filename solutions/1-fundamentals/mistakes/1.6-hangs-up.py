'''
mistake = "Hangs up after sending, as if the socket were its own"
code = "W18"
loses = ["send_msg leaves the socket open and nothing behind"]
told = ["closed the socket that it was given"]
'''

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    with sock:
        sock.sendall(struct.pack("!I", len(payload)) + payload)
