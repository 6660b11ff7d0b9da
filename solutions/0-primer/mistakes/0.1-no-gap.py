'''
mistake = "Has no gap in the middle of a row"
loses = [
    "A full row has offset, bytes in two halves, and text",
    "Every byte has two small hexadecimal digits",
    "The left bar of a short last row stands below the others",
    "Any width from 1 to 32 has its gap in the middle, and any length its bars",
    "A bytearray and a memoryview give the same dump",
]
told = ["wanted"]
'''


def hexdump(data: bytes, width: int = 16) -> str:
    """The bytes as offset, hexadecimal and text, `width` to a row. ValueError for a width outside of 1 to 32."""
    if not 1 <= width <= 32:
        raise ValueError(f"a row has 1 to 32 bytes, not {width}")
    columns = 3 * width - 1
    rows = []
    for offset in range(0, len(data), width):
        row = bytes(data[offset : offset + width])
        parts = [row.hex(" ")]
        text = "".join(chr(byte) if 0x20 <= byte <= 0x7E else "." for byte in row)
        rows.append(f"{offset:08x}  {'  '.join(parts):<{columns}}  |{text}|")
    return "\n".join(rows)
