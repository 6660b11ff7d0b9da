"""One translation table for all texts, and a generator of rows."""

SHOWN = bytes(byte if 0x20 <= byte < 0x7F else ord(".") for byte in range(256))


def _rows(data, width):
    half = width // 2
    empty = ["  "] * width
    with memoryview(data) as view:
        for at in range(0, view.nbytes, width):
            piece = view[at : at + width].tobytes()
            pairs = [f"{byte:02x}" for byte in piece] + empty[len(piece) :]
            columns = " ".join(pairs[:half]) + "  " * (half > 0) + " ".join(pairs[half:])
            yield f"{at:08x}  {columns}  |{piece.translate(SHOWN).decode('ascii')}|"


def hexdump(data: bytes, width: int = 16) -> str:
    if width < 1 or width > 32:
        raise ValueError(f"{width} bytes do not fit into a row")
    return "\n".join(_rows(data, width))
