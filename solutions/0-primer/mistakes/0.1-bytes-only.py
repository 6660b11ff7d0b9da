'''
mistake = "Calls a method that only bytes and bytearray have"
loses = [
    "A bytearray and a memoryview give the same dump",
]
told = ["memoryview' object has no attribute"]
'''


def hexdump(data: bytes, width: int = 16) -> str:
    """The bytes as offset, hexadecimal and text, `width` to a row. ValueError for a width outside of 1 to 32."""
    if not 1 <= width <= 32:
        raise ValueError(f"a row has 1 to 32 bytes, not {width}")
    half = width // 2
    columns = 3 * width - 1 + (width > 1)
    rows = []
    for offset in range(0, len(data), width):
        row = data[offset : offset + width]
        parts = [part.hex(" ") for part in (row[:half], row[half:]) if part]
        text = row.translate(bytes(byte if 0x20 <= byte <= 0x7E else 46 for byte in range(256))).decode()
        rows.append(f"{offset:08x}  {'  '.join(parts):<{columns}}  |{text}|")
    return "\n".join(rows)
