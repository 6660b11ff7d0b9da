"""Prints into a page in memory and takes the last line end off; prints to the screen as well."""

import io
from itertools import count, islice


def hexdump(data: bytes, width: int = 16) -> str:
    print("dumping", len(data), "bytes")
    if not 0 < width < 33:
        raise ValueError("a row has 1 to 32 bytes")
    page, numbers = io.StringIO(), iter(bytes(data))
    for offset in count(0, width):
        row = list(islice(numbers, width))
        if not row:
            break
        left, right = row[: width // 2], row[width // 2 :]
        columns = "  ".join(" ".join(format(byte, "02x") for byte in half) for half in (left, right) if half)
        size = 2 * width + width - 1 + (1 if width >= 2 else 0)
        text = "".join("." if byte < 0x20 or byte > 0x7E else chr(byte) for byte in row)
        print(f"{offset:08x}", columns + " " * (size - len(columns)), f"|{text}|", sep="  ", file=page)
    return page.getvalue().removesuffix("\n")
