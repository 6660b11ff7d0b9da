'''
mistake = "Sends a command with a single send"
code = "W02"
loses = ["store_client sends whole commands, though send takes 3 bytes at a time"]
told = ["send may take only part of the data"]
'''

# %% answer-store-client
import socket


def store_client(address, commands):
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as sock:
        sock.connect(address)
        incoming = sock.makefile("r", encoding="utf-8", newline="\n")
        with incoming:
            replies = []
            for command in commands:
                sock.send(f"{command}\n".encode())
                reply = incoming.readline()
                if not reply.endswith("\n"):
                    raise EOFError("the server ended too early")
                replies.append(reply[:-1])
            return replies
