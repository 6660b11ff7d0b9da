"""Character by character, with format specs and ljust; works on a list of ints."""


def hexdump(data, width=16):
    if width not in range(1, 33):
        raise ValueError("width")
    numbers = list(data)
    lines = []
    at = 0
    while at < len(numbers):
        row = numbers[at : at + width]
        columns = ""
        for place, number in enumerate(row):
            if place:
                columns += " "
            if place and place == width // 2:
                columns += " "
            columns += "%02x" % number
        text = "".join(map(lambda number: chr(number) if 32 <= number < 127 else ".", row))
        lines.append("%08x  " % at + columns.ljust(width * 3 - (0 if width > 1 else 1)) + "  |" + text + "|")
        at += width
    return "\n".join(lines)
