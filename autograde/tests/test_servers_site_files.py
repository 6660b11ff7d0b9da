"""Files of the web site: parts, tags and dates for honest clients, and lies for those that trust too much."""

from __future__ import annotations

import hashlib
import http.client
import urllib.request
from pathlib import Path
from random import Random
from typing import Any

import pytest

from autograde.servers.site import file, generated, scripted, sha256_of, site
from autograde.tests.site_clients import curl, opener

TEXT = b"0123456789abcdefghij"
LAST_MODIFIED = "Wed, 01 Jan 2025 00:00:00 GMT"
LATER = "Wed, 01 Jan 2025 00:00:01 GMT"


def asked(server: site, path: str, headers: dict[str, str], method: str = "GET") -> tuple[int, bytes, Any]:
    """Status, body and headers of http.client's reply."""
    connection = http.client.HTTPConnection(*server.address, timeout=10)
    connection.request(method, path, headers=headers)
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply.status, body, reply.headers


@pytest.mark.drives(client="http.client", server="site", feature="Range, If-Range, If-Match, 206/304/412/416")
@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({"Range": "bytes=5-9"}, 206, TEXT[5:10]),
        ({"Range": "bytes=15-"}, 206, TEXT[15:]),
        ({"Range": "bytes=-3"}, 206, TEXT[-3:]),
        ({"Range": "bytes=-99"}, 206, TEXT),
        ({"Range": "bytes=18-99"}, 206, TEXT[18:]),
        ({"Range": "bytes=20-"}, 416, b"416 Requested Range Not Satisfiable\n"),
        ({"Range": "bytes=9-5"}, 200, TEXT),
        ({"Range": "bytes=0-1,5-6"}, 200, TEXT),
        ({"Range": "lines=1-2"}, 200, TEXT),
        ({"Range": "bytes=5-9", "If-Range": '"v1"'}, 206, TEXT[5:10]),
        ({"Range": "bytes=5-9", "If-Range": '"v0"'}, 200, TEXT),
        ({"Range": "bytes=5-9", "If-Range": 'W/"v1"'}, 200, TEXT),
        ({"Range": "bytes=5-9", "If-Range": LAST_MODIFIED}, 206, TEXT[5:10]),
        ({"Range": "bytes=5-9", "If-Range": LATER}, 200, TEXT),
        ({"If-None-Match": '"v0", W/"v1"'}, 304, b""),
        ({"If-None-Match": '"v0"'}, 200, TEXT),
        ({"If-None-Match": '"v0"', "If-Modified-Since": LATER}, 200, TEXT),
        ({"If-Modified-Since": LAST_MODIFIED}, 304, b""),
        ({"If-Match": '"v1"', "Range": "bytes=0-0"}, 206, b"0"),
        ({"If-Match": "*"}, 200, TEXT),
        ({"If-Match": '"v0"', "Range": "bytes=0-0"}, 412, b"412 Precondition Failed\n"),
        ({"If-Unmodified-Since": "Tue, 31 Dec 2024 23:59:59 GMT"}, 412, b"412 Precondition Failed\n"),
        ({"If-Unmodified-Since": LAST_MODIFIED}, 200, TEXT),
    ],
)
def test_conditions_and_ranges_are_answered_by_the_book(headers: dict[str, str], status: int, body: bytes) -> None:
    """RFC 9110, sections 13 and 14, row by row."""
    with site({"/text": file(TEXT, etag='"v1"')}) as server:
        got_status, got_body, got = asked(server, "/text", headers)
    assert (got_status, got_body) == (status, body)
    if status == 206:
        first = TEXT.index(body)
        assert got["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/20"
    if status == 416:
        assert got["Content-Range"] == "bytes */20"
    if status in (200, 206, 304):
        assert (got["ETag"], got["Last-Modified"], got["Accept-Ranges"]) == ('"v1"', LAST_MODIFIED, "bytes")


def test_a_weak_tag_is_good_for_copies_but_not_for_parts() -> None:
    """RFC 9110, section 8.8.3.2: If-None-Match compares weakly, If-Match and If-Range strongly."""
    with site({"/text": file(TEXT, etag='W/"v1"')}) as server:
        assert asked(server, "/text", {"If-None-Match": 'W/"v1"'})[0] == 304
        assert asked(server, "/text", {"If-Match": 'W/"v1"'})[0] == 412
        assert asked(server, "/text", {"If-Range": 'W/"v1"', "Range": "bytes=1-"})[0] == 200


@pytest.mark.drives(client="curl", server="site", feature="resume (-C -), ranges (-r)")
def test_curl_resumes_a_download(tmp_path: Path) -> None:
    """What is there already is not sent again; a server that ignores the range is found out."""
    part = tmp_path / "part"
    part.write_bytes(TEXT[:7])
    with site({"/text": file(TEXT), "/whole": file(TEXT, ranges="ignored")}) as server:
        assert curl("-C", "-", "-o", str(part), server.url + "/text").returncode == 0
        assert part.read_bytes() == TEXT
        assert curl("-r", "3-4", server.url + "/text").stdout == TEXT[3:5]
        part.write_bytes(TEXT[:7])
        assert curl("-C", "-", "-o", str(part), server.url + "/whole").returncode == 33
    first = server.requests[0]
    assert (first.status, first.values("Range")) == (206, ["bytes=7-"])


@pytest.mark.drives(client="curl", server="site", feature="ETag (--etag-compare), dates (-z)")
def test_curl_keeps_a_copy_that_is_still_good(tmp_path: Path) -> None:
    """With the saved tag the answer is 304 until the file changes."""
    tag, copy, page = str(tmp_path / "tag"), tmp_path / "copy", file(TEXT)
    with site({"/text": page}) as server:
        save = ("--etag-save", tag, "--etag-compare", tag, "-o", str(copy), server.url + "/text")
        assert curl(*save).returncode == 0 and copy.read_bytes() == TEXT
        assert curl(*save).returncode == 0 and copy.read_bytes() == TEXT
        assert curl("-z", LAST_MODIFIED, server.url + "/text").stdout == b""
        page.change(b"new")
        assert curl(*save).returncode == 0 and copy.read_bytes() == b"new"
        assert curl("-z", LAST_MODIFIED, server.url + "/text").stdout == b"new"
    assert [asked.status for asked in server.requests] == [200, 304, 304, 200, 200]


def test_a_file_can_change_between_two_requests_of_one_call() -> None:
    """A script of two files: the second request with If-Range gets the whole new file."""
    with site({"/text": scripted(file(TEXT), file(TEXT.upper()))}) as server:
        _, _, headers = asked(server, "/text", {})
        status, body, _ = asked(server, "/text", {"Range": "bytes=5-", "If-Range": headers["ETag"]})
    assert (status, body) == (200, TEXT.upper())


@pytest.mark.parametrize(
    ("lie", "content_range", "body"),
    [
        ("another start", "bytes 5-19/20", TEXT[5:]),
        ("another total", "bytes 10-19/21", TEXT[10:]),
        ("other bytes", "bytes 10-19/20", TEXT[5:15]),
        ("no header", None, TEXT[10:]),
    ],
)
def test_each_lie_is_told_as_described(lie: str, content_range: str | None, body: bytes) -> None:
    """To a Range request comes a 206 that is wrong in one way; everything else is in order."""
    with site({"/text": file(TEXT, lies=lie)}) as server:
        status, got, headers = asked(server, "/text", {"Range": "bytes=10-"})
        assert (status, got, headers["Content-Range"]) == (206, body, content_range)
        assert asked(server, "/text", {})[1] == TEXT


def test_a_lie_must_be_in_the_list() -> None:
    """A slip of the pen does not make an honest file."""
    with pytest.raises(ValueError, match="no such lie"):
        file(TEXT, lies="another strat")


@pytest.mark.parametrize("ends_by", ["chunks", "close"])
def test_a_file_may_come_without_its_length(ends_by: Any) -> None:
    """Whole and in parts, and HEAD says no more than GET."""
    with site({"/text": file(TEXT, ends_by=ends_by)}) as server:
        for method, headers, body in (("GET", {}, TEXT), ("GET", {"Range": "bytes=9-"}, TEXT[9:]), ("HEAD", {}, b"")):
            _, got, reply = asked(server, "/text", headers, method)
            assert got == body and "Content-Length" not in reply


def test_generated_content_is_the_same_in_every_part() -> None:
    """Any cut is what the whole has there, at and across the borders of its blocks."""
    content = generated(200_000, Random(5))
    whole = content[:]
    assert len(whole) == 200_000 and whole[:65521] == whole[65521:131042] != whole[1:65522]
    for start, stop in [(0, 1), (65520, 65522), (65521, 65521), (1, 199_999), (131042, 200_000), (199_999, 300_000)]:
        assert content[start:stop] == whole[start:stop]
    assert sha256_of(content) == hashlib.sha256(whole).hexdigest()


@pytest.mark.drives(client="urllib.request", server="site", feature="a large file, streamed")
def test_a_large_file_arrives_whole() -> None:
    """Twenty million bytes that exist nowhere but on the way."""
    content = generated(20_000_000, Random(6))
    digest = hashlib.sha256()
    with site({"/big": file(content)}) as server:
        with opener().open(urllib.request.Request(server.url + "/big", method="HEAD"), timeout=10) as reply:
            assert reply.headers["Content-Length"] == "20000000"
        with opener().open(server.url + "/big", timeout=10) as reply:
            while piece := reply.read(1 << 16):
                digest.update(piece)
    assert digest.hexdigest() == sha256_of(content)
