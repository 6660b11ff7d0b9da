'''
mistake = "Takes whatever int() takes for a port"
loses = [
    "A port is written with digits alone, whatever int() would take",
]
told = ["int() takes more than digits"]
'''

# %% answer-parse-services
def parse_services(text: str) -> dict[tuple[str, str], int]:
    """The ports of a services file, by (name, protocol). ValueError with the number of the line that is wrong."""
    table: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) == 1:
            raise ValueError(f"line {number}: no port behind {words[0]!r}")
        name, where, *aliases = words
        digits, slash, proto = where.partition("/")
        if not slash or not proto or "/" in proto:
            raise ValueError(f"line {number}: not port/protocol: {where!r}")
        try:
            port = int(digits)
        except ValueError:
            raise ValueError(f"line {number}: not a port: {digits!r}") from None
        if not 1 <= port <= 65535:
            raise ValueError(f"line {number}: a port is 1 to 65535, not {port}")
        for key in (name, *aliases):
            table.setdefault((key, proto.lower()), int(digits))
    return table
