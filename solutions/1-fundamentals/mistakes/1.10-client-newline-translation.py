'''
mistake = "Leaves newline= out in the client, so that a CR ends a reply"
loses = ["store_client takes nothing off a reply but its LF"]
told = ["a text file translates line ends"]
'''

# %% answer-store-client
import socket


def store_client(address, commands):
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as sock:
        sock.connect(address)
        incoming = sock.makefile("r", encoding="utf-8")
        outgoing = sock.makefile("w", encoding="utf-8")
        with incoming, outgoing:
            replies = []
            for command in commands:
                outgoing.write(command + "\n")
                outgoing.flush()
                reply = incoming.readline()
                if not reply.endswith("\n"):
                    raise EOFError("the server ended too early")
                replies.append(reply[:-1])
            return replies
