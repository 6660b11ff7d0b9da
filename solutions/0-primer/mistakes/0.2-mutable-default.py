'''
mistake = "Has a dictionary as a default value, which all calls share"
loses = [
    "Two texts that are parsed one after the other do not mix",
]
told = ["a call remembers what an earlier one did"]
'''

# %% answer-parse-services
def parse_services(text: str, table: dict[tuple[str, str], int] = {}) -> dict[tuple[str, str], int]:
    """The ports of a services file, by (name, protocol). ValueError with the number of the line that is wrong."""
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
        if not (digits.isascii() and digits.isdigit()):
            raise ValueError(f"line {number}: not a port: {digits!r}")
        if not 1 <= int(digits) <= 65535:
            raise ValueError(f"line {number}: a port is 1 to 65535, not {digits}")
        for key in (name, *aliases):
            table.setdefault((key, proto.lower()), int(digits))
    return table
