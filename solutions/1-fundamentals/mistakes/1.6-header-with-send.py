'''
mistake = "Sends the payload with sendall, but the header with send"
code = "W02"
loses = ["A message goes out whole, though send takes 3 bytes at a time"]
told = ["send may take only part of the data"]
'''

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    sock.send(struct.pack("!I", len(payload)))
    sock.sendall(payload)
