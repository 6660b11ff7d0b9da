"""For servers of ours whose conversation is scripted byte by byte: asyncio's streams, and an end that leaves nothing.

    class echo(StreamServer):
        async def _converse(self, reader, writer):
            while data := await reader.read(1000):
                writer.write(data)

Each client has a task of its own. When the conversation is over, the stream is ended in good order and what still comes
is thrown away, so that no reset overtakes the last words. When the block ends, whatever is open is cut.
"""

from __future__ import annotations

import asyncio
import contextlib

from .hosting import LOOPBACK, LoopServer


async def end_stream(writer: asyncio.StreamWriter) -> None:
    """Send what is left, and then the end of the stream."""
    await writer.drain()
    with contextlib.suppress(OSError):  # reset by the client: there is no end left to tell it
        writer.write_eof()


class StreamServer(LoopServer):
    """A server that has the conversation `_converse` with each client.

    `ConnectionError` and `EOFError` in it (`asyncio.IncompleteReadError` is one) mean that the client went away.
    """

    def __init__(self, host: str = LOOPBACK) -> None:
        super().__init__()
        self.host = host
        self._writers: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._meet, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Not a coroutine: one that is canceled before its first step could not close its writer.
        writer.transport.set_write_buffer_limits(0)  # `drain` waits until all has left
        task = asyncio.get_running_loop().create_task(self._attend(reader, writer))
        self._writers[task] = writer

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
            await end_stream(writer)
            while await reader.read(65536):
                pass
        except (ConnectionError, EOFError):
            pass
        except Exception as error:  # raised where the block ends
            self.errors.append(error)
        finally:
            writer.close()

    async def _close(self) -> None:
        # A server that is closed while it accepts a connection forgets that socket. So it first stops listening, then
        # finishes what it has begun; meanwhile what has already arrived is read, for the record.
        with contextlib.suppress(NotImplementedError):  # on Windows
            asyncio.get_running_loop().remove_reader(self._server.sockets[0].fileno())
        for _ in range(3):
            await asyncio.sleep(0)
        self._server.close()
        for task, writer in self._writers.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*self._writers, return_exceptions=True)


__all__ = ["StreamServer", "end_stream"]
