'''
mistake = "Returns an empty text where there is no name"
loses = [
    "service_for finds a name by its port, and returns None where nothing is",
    "service_for looks at the protocol, and takes tcp where none is named",
    "service_for leaves the table as it was",
]
told = ["returned is ''"]
'''

# %% answer-service-for
def service_for(table: dict[tuple[str, str], int], port: int, proto: str = "tcp") -> str | None:
    """The first name in the table for this port and protocol, or None."""
    for (name, its_proto), its_port in table.items():
        if its_port == port and its_proto == proto:
            return name
    return ""
