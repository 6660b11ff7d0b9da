'''
mistake = "Does not look whether a number is a port"
loses = [
    "A port that is 0, too large, or no number is a ValueError that names its line",
]
told = ["took it for one"]
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
        if not (digits.isascii() and digits.isdigit()):
            raise ValueError(f"line {number}: not a port: {digits!r}")
        for key in (name, *aliases):
            table.setdefault((key, proto.lower()), int(digits))
    return table
