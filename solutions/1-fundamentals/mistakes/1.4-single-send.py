'''
mistake = "Calls send once and takes the data for sent"
code = "W02"
loses = [
    "send_all sends every byte and counts its calls of send",
    "send takes 3 bytes at a time, then 64 KiB",
    "A slow reader gets every byte, though the socket has a timeout",
    "64 MB are sent in linear time, with memory for two copies",
    "Waiting for room does not burn the processor",
]
told = ["send may take only part of the data"]
'''

# %% answer-send-all
def send_all(sock, data):
    if data:
        sock.send(data)
    return 1
