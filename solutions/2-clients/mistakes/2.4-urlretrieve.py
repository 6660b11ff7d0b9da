'''
mistake = "Leaves it to urlretrieve, which writes to the name itself and knows no second attempt"
loses = [
    "It comes in pieces of at most chunk bytes, and each is told of",
    "A download that breaks off goes on where it was",
    "The right digest is fine; after another one nothing has happened",
    "Ends, resets and silence at several places: it always goes on",
    "It goes on with If-Range and what the server had given: a strong ETag, else the date",
    "Without a strong ETag and a date it begins anew",
    "A file that has changed between two attempts comes whole",
    "A server that knows no ranges sends everything again, with 200",
    "A Content-Range that is not what was asked for is not believed",
    "Wrong bytes in a right Content-Range are found by the digest",
    "416 to a part that is complete is the end of the download",
    "416 to a part that is longer than the file: it begins anew",
    "A file without Content-Length arrives, and its size is None until then",
    "Progress goes on from where the part ends, with the size of the whole file",
    "When the attempts are used up, the file is untouched, and the next call goes on",
    "A part that cannot be continued is not left behind",
    "A part of another URL, or of unknown origin, is not continued",
    "The file gets its name in one step: who has the old one open still reads the old one",
    "404 is raised at once, 503 is tried again; the file is untouched until then",
    "What on_progress raises flies, and the next call goes on",
    "No file and no socket is left open",
]
told = ["a broken download need not begin anew", "is not what it was before"]
'''

import os
import urllib.request


def download(url, dest, *, chunk=65536, timeout=5.0, attempts=5, expected_sha256=None, on_progress=None):
    def hook(number, size, total):
        if on_progress is not None and number:
            on_progress(number * size, total)

    urllib.request.urlretrieve(url, dest, hook)
    return {"bytes": os.path.getsize(dest), "resumed_from": 0, "attempts": 1}
