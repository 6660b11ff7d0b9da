'''
mistake = "Splits at LF and single spaces, so a CR stays where it is"
loses = [
    "Lines may end in CRLF",
    "A text without any service gives an empty table",
]
told = ["\\\\r"]
'''

# %% answer-parse-services
def parse_services(text: str) -> dict[tuple[str, str], int]:
    """The ports of a services file, by (name, protocol). ValueError with the number of the line that is wrong."""
    table: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.partition("#")[0].replace("\t", " ").strip(" ").split(" ")
        words = [word for word in words if word]
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
