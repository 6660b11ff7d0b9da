'''
mistake = "Takes the entries that it has looked at out of the table"
loses = [
    "service_for leaves the table as it was",
]
told = ["is missing"]
'''

# %% answer-service-for
def service_for(table: dict[tuple[str, str], int], port: int, proto: str = "tcp") -> str | None:
    """The first name in the table for this port and protocol, or None."""
    for name, its_proto in list(table):
        if table.pop((name, its_proto)) == port and its_proto == proto:
            return name
    return None
