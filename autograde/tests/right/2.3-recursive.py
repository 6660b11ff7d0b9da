"""urllib.request, recursion instead of a loop, and one function that looks at what came."""

import random
import time
import urllib.error
import urllib.request
from email.utils import mktime_tz, parsedate_tz
from http.client import HTTPException


def request_with_retry(
    url, *, method="GET", attempts=5, base=0.1, cap=2.0, timeout=3.0, deadline=10.0, idempotency_key=None,
    sleep=time.sleep, rng=random.random,
):
    end = time.monotonic() + deadline
    headers = {"Idempotency-Key": idempotency_key} if idempotency_key is not None else {}
    careless = method in {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"} or bool(headers)

    def asked_to_wait(headers):
        value = (headers or {}).get("Retry-After") or ""
        if value.isdecimal():
            return int(value)
        date = parsedate_tz(value)
        try:
            return mktime_tz(date) - time.time() if date else 0
        except (ValueError, OverflowError):
            return 0

    def go(waits):
        again, pause = False, 0
        request = urllib.request.Request(url, None, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=max(min(timeout, end - time.monotonic()), 0.01)) as answer:
                result = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                result, pause = (error.code, error.read()), asked_to_wait(error.headers)
            again = error.code in (429, 503) or careless and error.code in (502, 504)
        except (OSError, HTTPException) as error:
            result = error
            refused = isinstance(error, urllib.error.URLError) and isinstance(error.reason, ConnectionRefusedError)
            again = careless or refused
        if again and len(waits) < attempts - 1:
            wait = max(rng() * min(base * 2 ** len(waits), cap), pause)
            if time.monotonic() + wait < end:
                sleep(wait)
                return go([*waits, wait])
        if isinstance(result, Exception):
            raise result
        return {"status": result[0], "body": result[1], "attempts": len(waits) + 1, "waits": waits}

    return go([])
