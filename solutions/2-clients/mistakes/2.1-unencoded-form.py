'''
mistake = "Puts names and values together without encoding them"
loses = ["A form arrives as a form"]
told = ["got [('ship', 'Möwe ')"]
'''

import http.client
import json
import socket
import threading
from contextlib import suppress
from urllib.parse import urlencode, urlsplit


def fetch(
    url: str,
    *,
    method: str = "GET",
    params: dict | None = None,
    form: dict | None = None,
    json_body=None,
    headers: dict | None = None,
    timeout: float = 5.0,
    max_bytes: int = 1_000_000,
) -> dict:
    """Send one request; return {"status", "reason", "headers": {lower-case name: [values]}, "body": bytes, "url"}."""
    parts = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname:
        raise ValueError(f"not a URL of the web: {url!r}")
    query = "&".join(filter(None, [parts.query, urlencode(params or {}, doseq=True)]))
    target = (parts.path or "/") + (f"?{query}" if query else "")

    body, kind = None, ""
    if form is not None:
        body, kind = "&".join(f"{name}={value}" for name, value in form.items()).encode(), "application/x-www-form-urlencoded"
    elif json_body is not None:
        body, kind = json.dumps(json_body).encode(), "application/json"
    fields = dict(headers or {})
    if kind and "content-type" not in map(str.lower, fields):
        fields["Content-Type"] = kind

    too_late = threading.Event()
    connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=timeout)

    def give_up() -> None:  # whatever the other thread waits for then ends at once
        too_late.set()
        with suppress(OSError, AttributeError):
            sock.shutdown(socket.SHUT_RDWR)

    watchdog = threading.Timer(timeout, give_up)
    sock = None
    watchdog.start()
    try:
        connection.connect()
        sock = connection.sock
        connection.request(method, target, body, fields)
        with connection.getresponse() as response:
            content = response.read(max_bytes + 1)
            if len(content) > max_bytes:
                raise ValueError(f"the body is longer than {max_bytes} bytes")
            if response.length:  # what is missing; read(n) does not complain
                raise http.client.IncompleteRead(content, response.length)
        if too_late.is_set():
            raise TimeoutError(f"not done within {timeout} s")
    except (OSError, http.client.HTTPException) as error:
        if too_late.is_set() and not isinstance(error, TimeoutError):
            raise TimeoutError(f"not done within {timeout} s") from error
        raise
    finally:
        watchdog.cancel()
        watchdog.join()
        connection.close()

    values: dict[str, list[str]] = {}
    for name, value in response.headers.items():
        values.setdefault(name.lower(), []).append(value)
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": values,
        "body": content,
        "url": parts._replace(query=query).geturl(),
    }
