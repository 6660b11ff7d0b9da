'''
mistake = "Sends nothing when there is nothing in the message"
loses = ["A message of no bytes is sent, as a header alone"]
told = ["the script of the other side was not met"]
'''

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    if payload:
        sock.sendall(struct.pack("!I", len(payload)) + payload)
