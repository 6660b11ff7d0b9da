'''
mistake = "Drops duplicates with a set, which forgets the order"
loses = [
    "All addresses of a name, IPv4 and IPv6, in the order of the resolver",
    "An address that the resolver lists twice is there once, at its first place",
]
told = ["All are there, but not in the order of the resolver"]
'''


# %% answer-resolve
import socket


def resolve(host, port, *, family="any"):
    families = {"any": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
    names = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
    try:
        answers = socket.getaddrinfo(host, port, families[family], socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise LookupError(f"{host}: {error}") from error
    found = {(names[kind], *sockaddr[:2]) for kind, _, _, _, sockaddr in answers}
    return [{"family": kind, "address": address, "port": number} for kind, address, number in found]
