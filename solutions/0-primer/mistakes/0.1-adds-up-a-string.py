'''
mistake = "Adds every byte to one long string that an inner function keeps"
code = "W03"
loses = [
    "1 MiB takes less than 2 seconds",
]
told = ["cut off"]
'''


def hexdump(data: bytes, width: int = 16) -> str:
    """The bytes as offset, hexadecimal and text, `width` to a row. ValueError for a width outside of 1 to 32."""
    if not 1 <= width <= 32:
        raise ValueError(f"a row has 1 to 32 bytes, not {width}")
    half = width // 2
    columns = 3 * width - 1 + (width > 1)
    dump = ""

    def add(piece: str) -> None:
        nonlocal dump
        dump += piece

    for offset in range(0, len(data), width):
        row = bytes(data[offset : offset + width])
        add(f"\n{offset:08x}  " if offset else f"{offset:08x}  ")
        written = 0
        for place, byte in enumerate(row):
            pair = f"{byte:02x}"
            if place:
                pair = ("  " if place == half else " ") + pair
            add(pair)
            written += len(pair)
        add(" " * (columns - written) + "  |")
        for byte in row:
            add(chr(byte) if 0x20 <= byte <= 0x7E else ".")
        add("|")
    return dump
