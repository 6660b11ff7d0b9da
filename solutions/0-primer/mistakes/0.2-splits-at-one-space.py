'''
mistake = "Splits at single spaces"
loses = [
    "Comments and blank lines are passed over",
    "Tabs and any number of spaces stand between words, before them, and behind them",
    "Lines may end in CRLF",
    "A comment begins at its #, also when no space stands before it",
    "A line without port/protocol is a ValueError that names its line",
    "A port that is 0, too large, or no number is a ValueError that names its line",
    "A port is written with digits alone, whatever int() would take",
    "A text without any service gives an empty table",
]
told = ["split(' ') and split() are two things"]
'''

# %% answer-parse-services
def parse_services(text: str) -> dict[tuple[str, str], int]:
    """The ports of a services file, by (name, protocol). ValueError with the number of the line that is wrong."""
    table: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split(" ")
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
