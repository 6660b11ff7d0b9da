"""http.client and pathlib; the notes are a line of text, and the part is trusted only if they fit."""

import hashlib
import os
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from pathlib import Path
from urllib.parse import urlsplit


class Refused(OSError):
    """A status that another attempt would not change."""


class Download:
    def __init__(self, url, dest, chunk, timeout, on_progress):
        self.url, self.chunk, self.timeout = url, chunk, timeout
        self.tell = on_progress or (lambda done, total: None)
        self.part, self.notes = Path(dest + ".part"), Path(dest + ".part.json")

    def drop(self):
        self.part.unlink(missing_ok=True)
        self.notes.unlink(missing_ok=True)

    def resumable(self):
        """(size, validator, total) of the part; nothing is left if it is of no use."""
        try:
            url, validator, total = self.notes.read_text().split("\n")
            size = self.part.stat().st_size
        except (OSError, ValueError):
            url, size, validator, total = None, 0, "", ""
        if url != self.url or not validator or not size:
            self.drop()
            return 0, "", ""
        return size, validator, total

    def attempt(self):
        size, validator, total = self.resumable()
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=self.timeout)
        headers = {"Range": "bytes=%d-" % size, "If-Range": validator} if size else {}
        try:
            connection.request("GET", parts.path + ("?" + parts.query if parts.query else ""), headers=headers)
            answer = connection.getresponse()
            with answer:
                return self.take(answer, size, total)
        finally:
            connection.close()

    def take(self, answer, size, total):
        about = answer.headers.get("Content-Range", "")
        if answer.status == 206:
            begin, _, whole = about.removeprefix("bytes ").partition("/")
            if begin.partition("-")[0] != str(size) or total not in ("", whole):
                self.drop()
                raise ConnectionError("another part than the one that was asked for")
            self.fill(answer, size, int(whole))
            return size
        if answer.status == 416:
            if about == f"bytes */{size}":
                return size
            self.drop()
            raise ConnectionError("the part is of no use")
        if answer.status >= 500:
            raise ConnectionError(f"status {answer.status}")
        if answer.status != 200:
            raise Refused(f"status {answer.status}")
        self.drop()
        etag = answer.headers.get("ETag")
        strong = etag if etag and not etag.startswith("W/") else answer.headers.get("Last-Modified", "")
        length = answer.headers.get("Content-Length", "")
        if strong:
            self.notes.write_text("\n".join([self.url, strong, length]))
        self.fill(answer, 0, int(length) if length else None)
        return 0

    def fill(self, answer, done, total):
        with self.part.open("r+b" if done else "wb") as file:
            file.seek(done)
            while piece := answer.read1(self.chunk):
                file.write(piece)
                done += len(piece)
                self.tell(done, total)
        if total is not None and done < total:
            raise IncompleteRead(b"", total - done)


def download(url, dest, *, chunk=65536, timeout=5.0, attempts=5, expected_sha256=None, on_progress=None):
    job = Download(url, dest, chunk, timeout, on_progress)
    for count in range(1, attempts + 1):
        try:
            begun = job.attempt()
            break
        except Refused:
            job.resumable()
            raise
        except (OSError, HTTPException):
            job.resumable()
            if count == attempts:
                raise
    if expected_sha256:
        digest = hashlib.sha256()
        with job.part.open("rb") as file:
            while piece := file.read(1 << 16):
                digest.update(piece)
        if digest.hexdigest() != expected_sha256:
            job.drop()
            raise ValueError("another file than was wanted")
    size = job.part.stat().st_size
    os.rename(job.part, dest)
    job.notes.unlink(missing_ok=True)
    return {"bytes": size, "resumed_from": begun, "attempts": count}
