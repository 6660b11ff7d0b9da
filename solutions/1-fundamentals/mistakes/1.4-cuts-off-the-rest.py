'''
mistake = "Cuts the sent part off with a slice, which copies the rest each time"
code = "W03"
loses = ["64 MB are sent in linear time, with memory for two copies"]
told = ["copying everything for every piece"]
'''

# %% answer-send-all
def send_all(sock, data):
    calls = 0
    while data:
        data = data[sock.send(data) :]
        calls += 1
    return calls
