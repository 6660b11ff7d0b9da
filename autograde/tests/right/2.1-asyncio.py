"""asyncio streams and the rules of HTTP by hand, under one asyncio.timeout for the whole call."""

import asyncio
import json
from http.client import IncompleteRead
from urllib.parse import quote, urlencode, urlsplit


def fetch(url, *, method="GET", params=None, form=None, json_body=None, headers=None, timeout=5.0, max_bytes=1_000_000):
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"{parts.scheme}: is not the web")
    pairs = []
    for name, value in (params or {}).items():
        for each in value if isinstance(value, (list, tuple)) else [value]:
            pairs.append(quote(name, safe="") + "=" + quote(str(each), safe=""))
    parts = parts._replace(query="&".join([*([parts.query] if parts.query else []), *pairs]), fragment="")
    body, sent = b"", {"host": parts.netloc, "connection": "close"}
    if form is not None:
        body, sent["content-type"] = urlencode(form, doseq=True).encode(), "application/x-www-form-urlencoded"
    elif json_body is not None:
        body, sent["content-type"] = json.dumps(json_body, ensure_ascii=False).encode(), "application/json"
    if body or form is not None:
        sent["content-length"] = str(len(body))
    sent.update({name.lower(): value for name, value in (headers or {}).items()})
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    head = "".join(
        [f"{method} {target} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in sent.items()), "\r\n"]
    )
    answer = asyncio.run(converse(parts, method, head.encode() + body, timeout, max_bytes))
    return {**answer, "url": parts.geturl()}


async def converse(parts, method, request, timeout, max_bytes):
    async with asyncio.timeout(timeout):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=parts.scheme == "https" or None)
        try:
            writer.write(request)
            await writer.drain()
            try:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            except asyncio.IncompleteReadError as error:
                raise ConnectionError("no whole answer came") from error
            _, status, reason = (lines[0] + " ").split(" ", 2)
            headers = {}
            for line in filter(None, lines[1:]):
                name, _, value = line.partition(":")
                headers.setdefault(name.strip().lower(), []).append(value.strip())
            body = bytearray()
            if method != "HEAD" and status not in ("204", "304"):
                async for piece in pieces(reader, headers):
                    body += piece
                    if len(body) > max_bytes:
                        raise ValueError("more than was allowed")
            return {"status": int(status), "reason": reason.strip(), "headers": headers, "body": bytes(body)}
        finally:
            writer.transport.abort()


async def pieces(reader, headers):
    try:
        if "chunked" in headers.get("transfer-encoding", []):
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                yield await reader.readexactly(size)
                await reader.readuntil(b"\r\n")
            return
        left = int(headers["content-length"][0]) if "content-length" in headers else None
        while left != 0:
            piece = await reader.read(65536 if left is None else min(left, 65536))
            if not piece:
                break
            left = None if left is None else left - len(piece)
            yield piece
        if left:
            raise IncompleteRead(b"", left)
    except asyncio.IncompleteReadError as error:
        raise IncompleteRead(error.partial) from error
