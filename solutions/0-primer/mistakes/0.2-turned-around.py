'''
mistake = "Turns the table around, which keeps the last name of each port"
loses = [
    "service_for gives the official name, which stands before its aliases",
]
told = ["a dictionary is searched by value"]
'''

# %% answer-service-for
def service_for(table: dict[tuple[str, str], int], port: int, proto: str = "tcp") -> str | None:
    """The first name in the table for this port and protocol, or None."""
    names = {(its_port, its_proto): name for (name, its_proto), its_port in table.items()}
    return names.get((port, proto))
