'''
mistake = "Asks the system's own table"
loses = [
    "service_for finds a name by its port, and returns None where nothing is",
    "service_for gives the official name, which stands before its aliases",
    "service_for looks at the protocol, and takes tcp where none is named",
    "service_for leaves the table as it was",
    "Nothing is left behind: no files, no threads, no changed settings",
]
told = ["OSError"]
'''

# %% answer-service-for
import socket


def service_for(table: dict[tuple[str, str], int], port: int, proto: str = "tcp") -> str | None:
    """The first name in the table for this port and protocol, or None."""
    return socket.getservbyport(port, proto)
