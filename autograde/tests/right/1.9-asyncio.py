"""Both sides are coroutines inside: the loop's own sock_recvfrom and sock_sendto, and asyncio.timeout."""

# %% answer-send-reliable
import asyncio
import socket
import zlib


def make(kind, number, payload=b""):
    head = kind.to_bytes(1, "big") + number.to_bytes(4, "big")
    return head + zlib.crc32(head + payload).to_bytes(4, "big") + payload


def chunks(data, size):
    while data:
        yield data[:size]
        data = data[size:]


def send_reliable(data, addr, *, timeout=0.1, max_tries=20, block=512):
    async def run():
        loop = asyncio.get_running_loop()
        sent = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.bind(("127.0.0.1", 0))
            kinds = [(1, payload) for payload in chunks(data, block)] + [(3, b"")]
            for number, (kind, payload) in enumerate(kinds):
                for _ in range(max_tries):
                    await loop.sock_sendto(sock, make(kind, number, payload), addr)
                    sent += 1
                    try:
                        async with asyncio.timeout(timeout):
                            while await loop.sock_recvfrom(sock, 2048) != (make(2, number), addr):
                                pass
                        break
                    except TimeoutError:
                        continue
                else:
                    raise TimeoutError(f"no acknowledgement of packet {number}")
        return {"blocks": len(kinds) - 1, "sent": sent, "resent": sent - len(kinds)}

    return asyncio.run(run())


# %% answer-recv-reliable
import asyncio
import zlib


def with_checksum(head, payload=b""):
    return head + zlib.crc32(head + payload).to_bytes(4, "big") + payload


def recv_reliable(sock, *, idle=2.0, linger=1.0, max_bytes=1 << 20):
    before = sock.gettimeout()
    sock.setblocking(False)
    try:
        return asyncio.run(receive(sock, idle, linger, max_bytes))
    finally:
        sock.settimeout(before)


async def receive(sock, idle, linger, max_bytes):
    loop = asyncio.get_running_loop()
    data, expected, source = bytearray(), 0, None

    async def next_packet():
        """The next good packet of the transfer."""
        while True:
            datagram, address = await loop.sock_recvfrom(sock, 70000)
            good = datagram == with_checksum(datagram[:5], datagram[9:]) and len(datagram) > 8
            if good and datagram[0] in (1, 3) and source in (None, address):
                number = int.from_bytes(datagram[1:5], "big")
                if number <= expected:
                    return datagram, number, address

    while True:
        async with asyncio.timeout(idle):
            datagram, number, source = await next_packet()
        if number == expected and datagram[0] == 1:
            data += datagram[9:]
            expected += 1
            if len(data) > max_bytes:
                raise ValueError(f"more than {max_bytes} bytes")
        await loop.sock_sendto(sock, with_checksum(b"\x02" + datagram[1:5]), source)
        if datagram[0] == 3 and number == expected:
            break
    try:
        while True:
            async with asyncio.timeout(linger):
                datagram, number, source = await next_packet()
            await loop.sock_sendto(sock, with_checksum(b"\x02" + datagram[1:5]), source)
    except TimeoutError:
        return bytes(data)
