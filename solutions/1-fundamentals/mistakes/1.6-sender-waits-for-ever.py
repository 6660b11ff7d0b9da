'''
mistake = "Takes the timeout off while it sends"
loses = ["A timeout of the socket is raised when the other side never reads"]
told = ["did not end within 3 s", "reads nothing more"]
'''

# %% answer-send-msg
import struct


def send_msg(sock, payload):
    timeout = sock.gettimeout()
    sock.settimeout(None)
    sock.sendall(struct.pack("!I", len(payload)) + payload)
    sock.settimeout(timeout)
