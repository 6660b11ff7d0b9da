'''
mistake = "Looks at the width only when there is a row to make"
loses = [
    "A width outside of 1 to 32 is a ValueError, also when there are no bytes",
]
told = ["ValueError"]
'''


def hexdump(data: bytes, width: int = 16) -> str:
    """The bytes as offset, hexadecimal and text, `width` to a row. ValueError for a width outside of 1 to 32."""
    if not data:
        return ""
    if not 1 <= width <= 32:
        raise ValueError(f"a row has 1 to 32 bytes, not {width}")
    half = width // 2
    columns = 3 * width - 1 + (width > 1)
    rows = []
    for offset in range(0, len(data), width):
        row = bytes(data[offset : offset + width])
        parts = [part.hex(" ") for part in (row[:half], row[half:]) if part]
        text = "".join(chr(byte) if 0x20 <= byte <= 0x7E else "." for byte in row)
        rows.append(f"{offset:08x}  {'  '.join(parts):<{columns}}  |{text}|")
    return "\n".join(rows)
