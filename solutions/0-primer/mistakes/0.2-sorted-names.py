'''
mistake = "Gives the first name of the alphabet"
loses = [
    "service_for gives the official name, which stands before its aliases",
]
told = ["wanted"]
'''

# %% answer-service-for
def service_for(table: dict[tuple[str, str], int], port: int, proto: str = "tcp") -> str | None:
    """The first name in the table for this port and protocol, or None."""
    for (name, its_proto), its_port in sorted(table.items()):
        if its_port == port and its_proto == proto:
            return name
    return None
