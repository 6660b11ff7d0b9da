'''
mistake = "Takes what one recv returns for a reply"
code = "W01"
loses = [
    "store_client puts replies together that come byte by byte",
    "A server that ends before its last reply is whole is an EOFError for store_client",
]
told = ["one recv is not one message"]
'''

# %% answer-store-client
import socket


def store_client(address, commands):
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as sock:
        sock.connect(address)
        outgoing = sock.makefile("w", encoding="utf-8", newline="\n")
        with outgoing:
            replies = []
            for command in commands:
                outgoing.write(command + "\n")
                outgoing.flush()
                reply = sock.recv(4096).decode("utf-8")
                if not reply:
                    raise EOFError("the server ended too early")
                replies.append(reply.removesuffix("\n"))
            return replies
