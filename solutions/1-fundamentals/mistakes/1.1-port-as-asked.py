'''
mistake = "Gives back the port that was asked for, which may be the name of a service"
loses = ["The name of a service stands for its port"]
told = ["Endpoint 1 is wrong"]
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
    endpoints = []
    for kind, _, _, _, sockaddr in answers:
        endpoint = {"family": names[kind], "address": sockaddr[0], "port": port}
        if endpoint not in endpoints:
            endpoints.append(endpoint)
    return endpoints
