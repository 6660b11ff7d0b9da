'''
mistake = "Does not acknowledge what it already has"
loses = [
    "Receiver: a block that comes again is acknowledged again, and kept once",
    "Receiver: it stays, and repeats the last acknowledgement if that was lost",
    "Receiver: each packet that comes again prolongs its stay",
    "Both: a path that loses 30 % each way, and the last acknowledgement too",
    "Both: a path that doubles, reorders and damages",
]
told = ["a packet that comes again is no new one", "acknowledge it again"]
'''

# %% answer-recv-reliable
import socket
import time
import zlib


def recv_reliable(sock: socket.socket, *, idle: float = 2.0, linger: float = 1.0, max_bytes: int = 1 << 20) -> bytes:
    """The data of one transfer to `sock`. TimeoutError if the sender falls silent, ValueError if it sends too much."""
    sender, blocks, size, is_complete = None, [], 0, False
    deadline = time.monotonic() + idle
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, source = sock.recvfrom(65535)
        except TimeoutError:
            break
        kind, number, payload = data[:1], int.from_bytes(data[1:5], "big"), data[9:]
        is_whole = len(data) >= 9 and zlib.crc32(data[:5] + payload).to_bytes(4, "big") == data[5:9]
        if not is_whole or kind not in (b"\x01", b"\x03") or source != (sender or source) or number != len(blocks) or is_complete:
            continue
        sender = source
        if number == len(blocks) and kind == b"\x01" and not is_complete:
            size += len(payload)
            if size > max_bytes:
                raise ValueError(f"more than {max_bytes} bytes came")
            blocks.append(payload)
        elif number == len(blocks):
            is_complete = True
        head = b"\x02" + data[1:5]
        sock.sendto(head + zlib.crc32(head).to_bytes(4, "big"), source)
        deadline = time.monotonic() + (linger if is_complete else idle)
    if not is_complete:
        raise TimeoutError(f"no packet of the transfer for {idle} s")
    return b"".join(blocks)
