'''
mistake = "Looks for tcp whatever it was asked for"
loses = [
    "service_for looks at the protocol, and takes tcp where none is named",
]
told = ["wanted"]
'''

# %% answer-service-for
def service_for(table: dict[tuple[str, str], int], port: int, proto: str = "tcp") -> str | None:
    """The first name in the table for this port and protocol, or None."""
    for (name, its_proto), its_port in table.items():
        if its_port == port and its_proto == "tcp":
            return name
    return None
