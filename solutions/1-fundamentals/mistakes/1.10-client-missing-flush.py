'''
mistake = "Writes a command, and waits for the reply without flushing it"
loses = [
    "store_client gets one reply to each command, from a port and from a path",
    "Text of any alphabet is UTF-8 on the wire",
    "store_client sends whole commands, though send takes 3 bytes at a time",
    "store_client puts replies together that come byte by byte",
    "store_client takes nothing off a reply but its LF",
    "A server that ends before its last reply is whole is an EOFError for store_client",
    "store_client leaves nothing open, whether all goes well or not",
]
told = ["what was written is still in the file object"]
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
                reply = incoming.readline()
                if not reply.endswith("\n"):
                    raise EOFError("the server ended too early")
                replies.append(reply[:-1])
            return replies
