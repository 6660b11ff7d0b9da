'''
mistake = "Returns an empty list for every error"
code = "W06"
loses = [
    "An unknown name or service, or no address of that family, is a LookupError that names the host",
    "A resolver that cannot tell just now is a LookupError too, and no empty list",
]
told = ["an error was turned into an answer", "wanted LookupError", "It returned []"]
'''


# %% answer-resolve
import socket


def resolve(host, port, *, family="any"):
    families = {"any": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
    names = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
    endpoints = []
    try:
        for kind, _, _, _, sockaddr in socket.getaddrinfo(host, port, families[family], socket.SOCK_STREAM):
            endpoint = {"family": names[kind], "address": sockaddr[0], "port": sockaddr[1]}
            if endpoint not in endpoints:
                endpoints.append(endpoint)
    except OSError:
        pass
    return endpoints
