'''
mistake = "Sends everything, but forgets to return the number of calls"
loses = [
    "send_all sends every byte and counts its calls of send",
    "send takes 3 bytes at a time, then 64 KiB",
    "A slow reader gets every byte, though the socket has a timeout",
    "64 MB are sent in linear time, with memory for two copies",
]
told = ["send_all returned None"]
'''

# %% answer-send-all
def send_all(sock, data):
    rest = memoryview(data)
    while rest:
        rest = rest[sock.send(rest) :]
