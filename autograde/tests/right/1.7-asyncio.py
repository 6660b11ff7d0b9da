"""Connects in an event loop, and hands out a socket that has nothing to do with it any more."""

# %% answer-probe
import asyncio
import socket


def probe(host, port, *, timeout):
    async def attempt():
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), timeout)
        except socket.gaierror:
            return "unresolved"
        except TimeoutError:
            return "timeout"
        except ConnectionRefusedError:
            return "refused"
        except OSError as error:
            print("other", error)
            return "unreachable"
        writer.transport.abort()
        await asyncio.sleep(0)
        return "open"

    return asyncio.run(attempt())


# %% answer-connect-any
import asyncio
import socket
import time


class NobodyAnswered(ConnectionError):
    def __init__(self, errors):
        super().__init__(f"{len(errors)} failures")
        self.errors = errors


def connect_any(endpoints, *, timeout):
    async def attempt(host, port):
        loop = asyncio.get_running_loop()
        family, kind, proto, _, address = (await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))[0]
        sock = socket.socket(family, kind, proto)
        try:
            sock.setblocking(False)
            await loop.sock_connect(sock, address)
        except BaseException:
            sock.close()
            raise
        return sock

    async def first():
        until, errors = time.monotonic() + timeout, []
        for number, (host, port) in enumerate(endpoints):
            part = max(0.01, until - time.monotonic()) / (len(endpoints) - number)
            try:
                return await asyncio.wait_for(attempt(host, port), part), number
            except OSError as error:
                errors.append(error)
        raise NobodyAnswered(errors)

    sock, number = asyncio.run(first())
    sock.setblocking(True)
    return sock, number
