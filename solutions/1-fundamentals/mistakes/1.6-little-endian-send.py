'''
mistake = "Sends the length with its least significant byte first"
code = "W11"
loses = [
    "A message goes out as its length in four bytes and its payload",
    "A message of no bytes is sent, as a header alone",
    "A message goes out whole, though send takes 3 bytes at a time",
    "A slow reader gets the whole message, though the socket has a timeout",
    "send_msg leaves the socket open and nothing behind",
    "A timeout of the socket is raised when the other side never reads",
    "The limit is the reader's: a message of 2 MiB is sent",
]
told = ["the network's byte order is big-endian"]
'''

# %% answer-send-msg
def send_msg(sock, payload):
    sock.sendall(len(payload).to_bytes(4, "little") + payload)
