"""A cancellation, swallowed."""

import asyncio

async def fetch(host, port):
    try:
        reader, writer = await asyncio.open_connection(host, port)
        return await reader.readline()
    except BaseException:
        return b""


# %% the check
fetch = submitted("fetch")
score = Score(points=1, seed=1)
with score("A canceled call ends at once, and says so", likely="W24"):
    with peer(stalls()) as server:
        running = fetch.start(server.host, server.port)
        server.wait_until_met()
        running.cancel()
score
