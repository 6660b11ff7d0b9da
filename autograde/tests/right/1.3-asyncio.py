"""A loop inside serve_hello, which waits for one client after the other; create_server for the listener."""

# %% answer-open-listener
import ipaddress
import socket


def open_listener(host="127.0.0.1", port=0, *, backlog=16):
    families = {4: socket.AF_INET, 6: socket.AF_INET6}
    return socket.create_server((host, port), family=families[ipaddress.ip_address(host).version], backlog=backlog)


# %% answer-serve-hello
import asyncio


def serve_hello(listener, n_clients, *, patience=2.0):
    async def name_of(reader):
        try:
            line = await asyncio.wait_for(reader.readuntil(b"\n"), patience)
            return line.decode().strip() or None
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, UnicodeDecodeError):
            return None

    async def serve():
        loop = asyncio.get_running_loop()
        told = []
        for _ in range(n_clients):
            conn, (ip, port, *_) = await loop.sock_accept(listener)
            entry = {"peer": [ip, port], "name": None}
            told.append(entry)
            reader, writer = await asyncio.open_connection(sock=conn, limit=1000)
            try:
                entry["name"] = await name_of(reader)
                writer.write(f"Hello, {entry['name'] or 'stranger'} from {ip} port {port}\n".encode())
                await writer.drain()
                writer.close()
                await writer.wait_closed()
            except OSError:
                print("lost", ip, port)
            finally:
                writer.close()
        return told

    mode = listener.gettimeout()
    listener.setblocking(False)
    try:
        return asyncio.run(serve())
    finally:
        listener.settimeout(mode)
