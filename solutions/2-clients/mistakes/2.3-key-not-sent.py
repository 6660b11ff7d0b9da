'''
mistake = "Repeats because there is a key, and does not send it"
loses = ["A POST with an idempotency key is sent again, with the same key"]
told = ["got [[], [], []]"]
'''

import email.utils
import http.client
import random
import time
import urllib.error
import urllib.request


def request_with_retry(
    url: str,
    *,
    method: str = "GET",
    attempts: int = 5,
    base: float = 0.1,
    cap: float = 2.0,
    timeout: float = 3.0,
    deadline: float = 10.0,
    idempotency_key: str | None = None,
    sleep=time.sleep,
    rng=random.random,
) -> dict:
    """Request the URL until it works, or until it is no use: {"status", "body", "attempts", "waits"}."""
    until = time.monotonic() + deadline
    may_repeat = method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS") or idempotency_key is not None
    headers: dict = {}

    def ask() -> tuple[int, str, bytes]:
        """One attempt: the status, the Retry-After, the body."""
        request = urllib.request.Request(url, method=method, headers=headers)
        seconds = max(0.001, min(timeout, until - time.monotonic()))
        try:
            answer = urllib.request.urlopen(request, timeout=seconds)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers.get("Retry-After", ""), answer.read()

    def seconds_of(retry_after: str) -> float:
        """How long the server asks to wait; 0 if it says nothing that can be understood."""
        if retry_after.isascii() and retry_after.isdigit():
            return float(retry_after)
        try:
            return email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
        except (ValueError, OverflowError):
            return 0.0

    waits: list[float] = []
    while True:
        failure, retry_after = None, ""
        try:
            status, retry_after, body = ask()
            again = status in (429, 503) or (status in (502, 504) and may_repeat)
        except (OSError, http.client.HTTPException) as error:
            failure = error
            again = may_repeat or isinstance(getattr(error, "reason", error), ConnectionRefusedError)
        if not again or len(waits) + 1 >= attempts:
            break
        wait = max(rng() * min(cap, base * 2 ** len(waits)), seconds_of(retry_after))
        if time.monotonic() + wait > until:
            break
        sleep(wait)
        waits.append(wait)
    if failure is not None:
        raise failure
    return {"status": status, "body": body, "attempts": len(waits) + 1, "waits": waits}
