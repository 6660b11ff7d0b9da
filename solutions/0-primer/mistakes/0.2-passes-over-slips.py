'''
mistake = "Passes over lines that it does not understand"
loses = [
    "A malformed line is a ValueError that names its line",
    "A line without port/protocol is a ValueError that names its line",
    "A port that is 0, too large, or no number is a ValueError that names its line",
    "A port is written with digits alone, whatever int() would take",
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
            continue
        name, where, *aliases = words
        digits, slash, proto = where.partition("/")
        if not slash or not proto or "/" in proto:
            continue
        if not (digits.isascii() and digits.isdigit()):
            continue
        if not 1 <= int(digits) <= 65535:
            continue
        for key in (name, *aliases):
            table.setdefault((key, proto.lower()), int(digits))
    return table
