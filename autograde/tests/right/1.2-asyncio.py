"""A coroutine inside, run to its end by the function; chatty on both outputs."""

import asyncio
import logging
import sys

logging.basicConfig(level=logging.DEBUG)


def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
    async def conversation():
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(request)
            writer.write_eof()
            pieces, size = [], 0
            while piece := await reader.read(1 << 16):
                print("got", len(piece), file=sys.stderr)
                size += len(piece)
                if size > max_bytes:
                    raise ValueError("too much")
                pieces.append(piece)
            return b"".join(pieces)
        finally:
            writer.transport.abort()  # close() would wait until the request has been read
            try:
                await writer.wait_closed()
            except OSError:
                pass

    logging.info("asking %s", host)
    return asyncio.run(asyncio.wait_for(conversation(), timeout))
