'''
mistake = "Cuts two bytes off the data for each word"
code = "W03"
loses = [
    "A megabyte is summed in linear time",
]
told = ["did not end within"]
'''

# %% answer-internet-checksum
def internet_checksum(data: bytes) -> int:
    total = 0
    if len(data) % 2:
        data += b"\x00"
    while data:
        total += int.from_bytes(data[:2], "big")
        data = data[2:]
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
