'''
mistake = "Takes every 416 for an error of its own"
loses = [
    "416 to a part that is complete is the end of the download",
    "416 to a part that is longer than the file: it begins anew",
]
told = ["nothing is left to be sent"]
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
        try:
            with open(notes) as file:
                note = json.load(file)
            if note["url"] == url and os.path.getsize(part) > 0:
                return {**note, "size": os.path.getsize(part)}
        except (OSError, ValueError, KeyError, TypeError):
            pass
        forget()
        return {"size": 0}

    def begin(answer) -> None:
        """Note what is needed to continue what comes now, if it can be continued."""
        forget()
        etag = answer.headers.get("ETag", "W/")
        validator = answer.headers.get("Last-Modified") if etag.startswith("W/") else etag
        if validator:
            with open(notes, "w") as file:
                json.dump({"url": url, "validator": validator, "total": answer.length}, file)

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
        headers = {"Range": f"bytes={size}-", "If-Range": old["validator"]} if size else {}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise
        with answer:
            if answer.status != 206:
                begin(answer)
                receive(answer, 0, answer.length)
                return 0
            told = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
            if not told or int(told[1]) != size or old["total"] not in (None, int(told[2])):
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
            if number == attempts or status < 500:
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
