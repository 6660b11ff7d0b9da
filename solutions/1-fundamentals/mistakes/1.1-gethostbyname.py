'''
mistake = "Asks gethostbyname, which knows one address, and that an IPv4 one"
loses = [
    "All addresses of a name, IPv4 and IPv6, in the order of the resolver",
    "An address that the resolver lists twice is there once, at its first place",
    "A name that has IPv6 addresses only, with four parts each",
    "family='ipv4' and family='ipv6' give the endpoints of that family only",
    "An unknown name or service, or no address of that family, is a LookupError that names the host",
]
told = ["Endpoint 2 is wrong", "got no more", "Name has no usable address"]
'''


# %% answer-resolve
import socket


def resolve(host, port, *, family="any"):
    try:
        address = socket.gethostbyname(host)
        if not isinstance(port, int):
            port = socket.getservbyname(port, "tcp")
    except OSError as error:
        raise LookupError(f"{host}: {error}") from error
    return [{"family": "ipv4", "address": address, "port": port}]
