'''
mistake = "Asks for no type of socket and keeps every answer, so that each address is there three times"
loses = [
    "A name with one address has one endpoint",
    "All addresses of a name, IPv4 and IPv6, in the order of the resolver",
    "An address that the resolver lists twice is there once, at its first place",
    "A name that has IPv6 addresses only, with four parts each",
    "family='ipv4' and family='ipv6' give the endpoints of that family only",
    "An unknown name or service, or no address of that family, is a LookupError that names the host",
    "A resolver that cannot tell just now is a LookupError too, and no empty list",
    "resolve leaves nothing open and changes no setting of the process",
]
told = ["which is endpoint 1 once more"]
'''


# %% answer-resolve
import socket


def resolve(host, port, *, family="any"):
    families = {"any": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
    names = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
    try:
        answers = socket.getaddrinfo(host, port, families[family])
    except socket.gaierror as error:
        raise LookupError(f"{host}: {error}") from error
    return [{"family": names[a[0]], "address": a[4][0], "port": a[4][1]} for a in answers]
