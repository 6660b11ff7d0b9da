"""http.client, a for loop over the attempts, and the clock that counts from the call."""

import random
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

TWICE_IS_ONCE = frozenset("GET HEAD PUT DELETE OPTIONS TRACE".split())


def one_attempt(url, method, headers, seconds):
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=max(seconds, 0.001))
    try:
        connection.request(method, parts.path or "/", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("retry-after")
    finally:
        connection.close()


def pause_in(text):
    if text and set(text) <= set("0123456789"):
        return int(text)
    try:
        when = parsedate_to_datetime(text or "")
    except Exception:
        return 0
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return (when - datetime.now(timezone.utc)).total_seconds()


def request_with_retry(
    url, *, method="GET", attempts=5, base=0.1, cap=2.0, timeout=3.0, deadline=10.0, idempotency_key=None,
    sleep=time.sleep, rng=random.random,
):
    started, waits = time.perf_counter(), []

    def left():
        return deadline - (time.perf_counter() - started)

    harmless = method in TWICE_IS_ONCE or idempotency_key
    headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
    if method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = "0"
    for number in range(attempts):
        answer, trouble = None, None
        try:
            answer = one_attempt(url, method, headers, min(timeout, left()))
        except ConnectionRefusedError as error:
            trouble = error
        except (OSError, HTTPException) as error:
            if not harmless:
                raise
            trouble = error
        if answer and answer[0] not in ((429, 502, 503, 504) if harmless else (429, 503)):
            break
        if number == attempts - 1:
            break
        wait = rng() * min(cap, base * (1 << number))
        if answer:
            wait = max(wait, pause_in(answer[2]))
        if wait >= left():
            break
        waits.append(wait)
        sleep(wait)
    if trouble:
        raise trouble
    return dict(status=answer[0], body=answer[1], attempts=number + 1, waits=waits)
