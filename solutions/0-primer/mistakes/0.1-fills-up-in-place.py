'''
mistake = "Fills up the data itself with +=, which changes a bytearray"
loses = [
    "A bytearray is left as it was",
]
told = ["the caller's object was changed"]
'''


def hexdump(data: bytes, width: int = 16) -> str:
    """The bytes as offset, hexadecimal and text, `width` to a row. ValueError for a width outside of 1 to 32."""
    if not 1 <= width <= 32:
        raise ValueError(f"a row has 1 to 32 bytes, not {width}")
    half = width // 2
    columns = 3 * width - 1 + (width > 1)
    rows, size = [], len(data)
    if isinstance(data, memoryview):
        data = bytes(data)
    data += bytes(-size % width)
    for offset in range(0, size, width):
        row = bytes(data[offset : min(offset + width, size)])
        parts = [part.hex(" ") for part in (row[:half], row[half:]) if part]
        text = "".join(chr(byte) if 0x20 <= byte <= 0x7E else "." for byte in row)
        rows.append(f"{offset:08x}  {'  '.join(parts):<{columns}}  |{text}|")
    return "\n".join(rows)
