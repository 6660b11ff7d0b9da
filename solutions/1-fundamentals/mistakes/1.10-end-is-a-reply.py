'''
mistake = "Takes the end of the stream for an empty reply"
code = "W06"
loses = [
    "A server that ends before its last reply is whole is an EOFError for store_client",
    "store_client leaves nothing open, whether all goes well or not",
]
told = ["an error was turned into an answer"]
'''

# %% answer-store-client
import socket


def store_client(address, commands):
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as sock:
        sock.connect(address)
        incoming = sock.makefile("r", encoding="utf-8", newline="\n")
        outgoing = sock.makefile("w", encoding="utf-8", newline="\n")
        with incoming, outgoing:
            replies = []
            for command in commands:
                outgoing.write(command + "\n")
                outgoing.flush()
                reply = incoming.readline()
                replies.append(reply.removesuffix("\n"))
            return replies
