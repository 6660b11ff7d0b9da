'''
mistake = "Fills up the text of a short row, too"
loses = [
    "What a peer on the network sends is dumped, line end and all",
    "Control bytes and 0x7f are dots",
    "Bytes from 0x80 on are dots, whatever letter they are elsewhere",
    "Spaces, bars and all other printable characters are shown",
    "Any width from 1 to 32 has its gap in the middle, and any length its bars",
    "A bytearray and a memoryview give the same dump",
    "A bytearray is left as it was",
]
told = ["wanted"]
'''


def hexdump(data: bytes, width: int = 16) -> str:
    """The bytes as offset, hexadecimal and text, `width` to a row. ValueError for a width outside of 1 to 32."""
    if not 1 <= width <= 32:
        raise ValueError(f"a row has 1 to 32 bytes, not {width}")
    half = width // 2
    columns = 3 * width - 1 + (width > 1)
    rows = []
    for offset in range(0, len(data), width):
        row = bytes(data[offset : offset + width])
        parts = [part.hex(" ") for part in (row[:half], row[half:]) if part]
        text = "".join(chr(byte) if 0x20 <= byte <= 0x7E else "." for byte in row)
        rows.append(f"{offset:08x}  {'  '.join(parts):<{columns}}  |{text:<{width}}|")
    return "\n".join(rows)
