'''
mistake = "Takes every socket address for a pair of host and port"
code = "sockaddr"
loses = [
    "All addresses of a name, IPv4 and IPv6, in the order of the resolver",
    "A name that has IPv6 addresses only, with four parts each",
    "family='ipv4' and family='ipv6' give the endpoints of that family only",
]
told = ["a socket address is not always a pair", "too many values to unpack", "Lesson 1.1"]
'''


# %% answer-resolve
import socket


def resolve(host, port, *, family="any"):
    families = {"any": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
    try:
        answers = socket.getaddrinfo(host, port, families[family], socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise LookupError(f"{host}: {error}") from error
    endpoints = []
    for kind, _, _, _, sockaddr in answers:
        address, number = sockaddr
        endpoint = {"family": "ipv6" if kind == socket.AF_INET6 else "ipv4", "address": address, "port": number}
        if endpoint not in endpoints:
            endpoints.append(endpoint)
    return endpoints
