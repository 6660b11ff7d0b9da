'''
mistake = "Decodes each row as ASCII and replaces line ends only"
loses = [
    "Control bytes and 0x7f are dots",
    "Bytes from 0x80 on are dots, whatever letter they are elsewhere",
    "A bytearray and a memoryview give the same dump",
    "Every byte has two small hexadecimal digits",
]
told = ["UnicodeDecodeError"]
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
        text = row.decode("ascii").replace("\r", ".").replace("\n", ".")
        rows.append(f"{offset:08x}  {'  '.join(parts):<{columns}}  |{text}|")
    return "\n".join(rows)
