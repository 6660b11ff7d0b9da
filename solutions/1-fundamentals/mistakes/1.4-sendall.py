'''
mistake = "Lets sendall do the work, and calls that one call"
loses = [
    "send_all sends every byte and counts its calls of send",
    "send takes 3 bytes at a time, then 64 KiB",
    "A slow reader gets every byte, though the socket has a timeout",
    "64 MB are sent in linear time, with memory for two copies",
]
told = ["send_all returned 1"]
'''


# %% answer-send-all
def send_all(sock, data):
    sock.sendall(data)
    return 1
