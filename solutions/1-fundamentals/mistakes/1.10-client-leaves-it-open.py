'''
mistake = "Never closes the socket of the client"
code = "W08"
loses = ["store_client leaves nothing open, whether all goes well or not"]
told = ["a socket or file was left open"]
'''

# %% answer-store-client
import socket


def store_client(address, commands):
    sock = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
    sock.connect(address)
    incoming = sock.makefile("r", encoding="utf-8", newline="\n")
    outgoing = sock.makefile("w", encoding="utf-8", newline="\n")
    replies = []
    for command in commands:
        outgoing.write(command + "\n")
        outgoing.flush()
        reply = incoming.readline()
        if not reply.endswith("\n"):
            raise EOFError("the server ended too early")
        replies.append(reply[:-1])
    return replies
