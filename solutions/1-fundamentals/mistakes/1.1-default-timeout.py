'''
mistake = "Sets the default timeout of all sockets, which does not even hold for lookups"
code = "W21"
loses = ["resolve leaves nothing open and changes no setting of the process"]
told = ["changed the default timeout of all sockets", "a setting of the whole process was changed"]
'''


# %% answer-resolve
import socket


def resolve(host, port, *, family="any"):
    socket.setdefaulttimeout(5)
    families = {"any": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
    names = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
    try:
        answers = socket.getaddrinfo(host, port, families[family], socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise LookupError(f"{host}: {error}") from error
    endpoints = []
    for kind, _, _, _, sockaddr in answers:
        endpoint = {"family": names[kind], "address": sockaddr[0], "port": sockaddr[1]}
        if endpoint not in endpoints:
            endpoints.append(endpoint)
    return endpoints
