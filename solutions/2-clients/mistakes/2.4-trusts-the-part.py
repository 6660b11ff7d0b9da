'''
mistake = "Continues any part file that lies there, with a Range and nothing else"
loses = [
    "It goes on with If-Range and what the server had given: a strong ETag, else the date",
    "Without a strong ETag and a date it begins anew",
    "A file that has changed between two attempts comes whole",
    "A part that cannot be continued is not left behind",
    "A part of another URL, or of unknown origin, is not continued",
    "A Content-Range that is not what was asked for is not believed",
]
told = ["a part file says nothing about itself"]
'''

import hashlib
import http.client
import json
import os
import re
import urllib.error
import urllib.request
from contextlib import suppress


def download(
    url: str,
    dest: str,
    *,
    chunk: int = 65536,
    timeout: float = 5.0,
    attempts: int = 5,
    expected_sha256: str | None = None,
    on_progress=None,
) -> dict:
    """Fetch the file, over several attempts if need be: {"bytes", "resumed_from", "attempts"}."""
    part, notes = dest + ".part", dest + ".part.json"

    def forget() -> None:
        for path in (part, notes):
            with suppress(FileNotFoundError):
                os.remove(path)

    def known() -> dict:
        """What is there to be continued: its size, its validator, the size of the whole."""
        return {"size": os.path.getsize(part) if os.path.exists(part) else 0}

    def begin(answer) -> None:
        """Note what is needed to continue what comes now, if it can be continued."""
        forget()

    def receive(answer, start: int, total: int | None) -> None:
        done = start
        with open(part, "ab" if start else "wb") as file:
            while piece := answer.read1(chunk):
                file.write(piece)
                done += len(piece)
                if on_progress is not None:
                    on_progress(done, total)
        if total is not None and done != total:
            raise http.client.IncompleteRead(b"", total - done)

    def attempt() -> int:
        """One request and what it brings. Returns where it began."""
        old = known()
        size = old["size"]
        headers = {"Range": f"bytes={size}-"} if size else {}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 416 and size and error.headers.get("Content-Range") == f"bytes */{size}":
                    return size
                raise
        with answer:
            if answer.status != 206:
                begin(answer)
                receive(answer, 0, answer.length)
                return 0
            told = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
            if not told or int(told[1]) != size:
                forget()
                raise ConnectionError(f"asked for the bytes from {size}, got {answer.headers.get('Content-Range')}")
            receive(answer, size, int(told[2]))
            return size

    for number in range(1, attempts + 1):
        try:
            resumed_from = attempt()
            break
        except (OSError, http.client.HTTPException) as error:
            status = error.code if isinstance(error, urllib.error.HTTPError) else 500
            if status == 416:
                forget()
            if number == attempts or (status < 500 and status != 416):
                known()  # which throws away what cannot be continued
                raise
    if expected_sha256 is not None:
        with open(part, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != expected_sha256.lower():
            forget()
            raise ValueError(f"the SHA-256 is {digest}, not {expected_sha256}")
    result = {"bytes": os.path.getsize(part), "resumed_from": resumed_from, "attempts": number}
    os.replace(part, dest)
    forget()
    return result
