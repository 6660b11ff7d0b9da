'''
mistake = "Writes hexadecimal digits as capitals"
loses = [
    "Every byte has two small hexadecimal digits",
    "A full row has offset, bytes in two halves, and text",
    "Any width from 1 to 32 has its gap in the middle, and any length its bars",
    "Offsets count bytes, in hexadecimal, from row to row",
    "A bytearray and a memoryview give the same dump",
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
        parts = [part.hex(" ").upper() for part in (row[:half], row[half:]) if part]
        text = "".join(chr(byte) if 0x20 <= byte <= 0x7E else "." for byte in row)
        rows.append(f"{offset:08X}  {'  '.join(parts):<{columns}}  |{text}|")
    return "\n".join(rows)
