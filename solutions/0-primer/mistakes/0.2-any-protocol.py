'''
mistake = "Does not look at the protocol"
loses = [
    "service_for looks at the protocol, and takes tcp where none is named",
]
told = ["wanted"]
'''

# %% answer-service-for
def service_for(table: dict[tuple[str, str], int], port: int, proto: str = "tcp") -> str | None:
    """The first name in the table for this port and protocol, or None."""
    for (name, its_proto), its_port in table.items():
        if its_port == port:
            return name
    return None
