"""The web site in the hands of clients that we did not write: requests, answers, and the connections between."""

from __future__ import annotations

import http.client
import json
import re
import threading
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest
import requests
import requests.adapters
import urllib3

from autograde.servers.hosting import ServerBroke
from autograde.servers.site import answers, busy, echoes, redirects, scripted, site
from autograde.tests.site_clients import curl, curl_json, opener, told


@pytest.mark.drives(client="curl", server="site", feature="GET, echo of path and query")
def test_the_echo_reports_a_request_as_it_came() -> None:
    """Target, segments, query and headers are told in their order, with repeats and blanks."""
    with site() as server:
        path = "/echo/a%2Fb//c%20d/%C3%A9?x=1&y=&x=2&z=a%26b+c"
        told_back = curl_json("-H", "X-Two: 1", "-H", "X-Two: 2", server.url + path)
    assert told_back["target"] == path and told_back["segments"] == ["echo", "a/b", "", "c d", "é"]
    assert told_back["query"] == [["x", "1"], ["y", ""], ["x", "2"], ["z", "a&b c"]]
    assert [value for name, value in told_back["headers"] if name == "X-Two"] == ["1", "2"]
    assert told_back["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize("segment", ["%0A", "%3F", "%23", "..", ".", "%25", "", "a|b", "%FF"])
def test_the_echo_answers_on_every_path_below_it(segment: str) -> None:
    """No segment leads the request elsewhere."""
    with site() as server:
        connection = http.client.HTTPConnection(*server.address, timeout=10)
        connection.request("GET", f"/echo/{segment}/x")
        reply = json.loads(connection.getresponse().read())
        connection.close()
    assert reply["target"] == f"/echo/{segment}/x" and len(reply["segments"]) == 3


@pytest.mark.drives(client="curl", server="site", feature="POST: urlencoded, JSON, multipart")
def test_bodies_are_understood(tmp_path: Path) -> None:
    """Fields keep their order, JSON its value, an upload its name, type and bytes."""
    (tmp_path / "up.bin").write_bytes(b"\x00\xff\r\n")
    with site() as server:
        url = server.url + "/echo"
        form = curl_json("-d", "b=1&a=2", "--data-urlencode", "b=ü &", url)
        value = curl_json("--json", '{"deep": [1, null]}', url)
        upload = curl_json("-F", "b=1", "-F", f"file=@{tmp_path}/up.bin;type=x/y", "-F", "a=2", "-F", "b=3", url)
    assert form["method"] == "POST" and form["form"] == [["b", "1"], ["a", "2"], ["b", "ü &"]]
    assert value["json"] == {"deep": [1, None]} and value["form"] == []
    assert upload["form"] == [["b", "1"], ["a", "2"], ["b", "3"]]
    assert upload["files"] == [{"field": "file", "filename": "up.bin", "type": "x/y", "size": 4, "body": "AP8NCg=="}]


@pytest.mark.drives(client="curl", server="site", feature="upload: chunked, Expect: 100-continue")
def test_uploads_arrive_whole_however_they_are_framed() -> None:
    """A body of unknown length comes in chunks; a large one waits for the server's word."""
    with site() as server:
        reply = curl("--upload-file", "-", server.url + "/mirror", stdin=b"tide" * 1000)
        careful = curl("-v", "-d", "@-", server.url + "/status/200", stdin=b"x" * 2_000_000)
    assert reply.stdout == b"tide" * 1000 and server.requests[0].values("Transfer-Encoding") == ["chunked"]
    assert b"< HTTP/1.1 100 Continue" in careful.stderr and len(server.requests[1].body) == 2_000_000


@pytest.mark.drives(client="http.client", server="site", feature="HEAD, every method")
def test_a_head_has_no_body_and_leaves_the_connection_in_order() -> None:
    """The reply to HEAD is the head of the reply to GET; the next request on the connection is understood."""
    with site() as server:
        connection = http.client.HTTPConnection(*server.address, timeout=10)
        for method in ("HEAD", "GET", "OPTIONS", "BREW"):
            connection.request(method, "/chunks" if method == "BREW" else "/")
            reply = connection.getresponse()
            status, size, length = reply.status, len(reply.read()), reply.getheader("Content-Length")
            assert (method, status, size == int(length or size)) in {
                ("HEAD", 200, False), ("GET", 200, True), ("OPTIONS", 405, True), ("BREW", 200, True)
            }  # fmt: skip
        connection.close()
    assert {asked.connection for asked in server.requests} == {1}


@pytest.mark.drives(client="curl", server="site", feature="keep-alive and close")
def test_the_record_tells_one_connection_from_two() -> None:
    """curl asks twice on one connection, unless it is told to close."""
    with site() as server:
        curl(server.url + "/echo", server.url + "/chunks", server.url + "/echo")
        curl("-H", "Connection: close", server.url + "/echo", server.url + "/echo")
        curl("--http1.0", server.url + "/chunks", server.url + "/echo")
    assert [asked.connection for asked in server.requests] == [1, 1, 1, 2, 3, 4, 5]


def test_pipelined_requests_are_answered_in_order() -> None:
    """Three requests in one piece give three answers, one after the other."""
    asks = [f"GET /status/{status} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for status in (201, 204, 410)]
    with site() as server:
        answer = told(server.address, b"".join(asks))
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"201", b"204", b"410"]


@pytest.mark.drives(client="httpx", server="site", feature="keep-alive, chunks, streams")
def test_httpx_reads_chunks_on_a_connection_that_it_keeps() -> None:
    """A chunked reply ends where it says, and the connection serves the next request."""
    with site() as server, httpx.Client(trust_env=False) as client:
        assert client.get(server.url + "/chunks").text == "one\ntwo\nthree\n"
        assert client.put(server.url + "/mirror", content=iter([b"a", b"b"])).content == b"ab"
    assert [asked.connection for asked in server.requests] == [1, 1]


@pytest.mark.drives(client="curl", server="site", feature="body ended by close; HTTP/1.0")
def test_a_body_may_end_with_the_connection() -> None:
    """With nothing said about its length, the end of the connection is the end of the body; so it is in HTTP/1.0."""
    pages = {"/open": answers(b"until the end", ends_by="close"), "/chunked": answers(b"told", ends_by="chunks")}
    with site(pages) as server, site(pages, protocol="HTTP/1.0") as old:
        ended = curl("-i", server.url + "/open").stdout
        assert b"Content-Length" not in ended and b"Connection: close" in ended and ended.endswith(b"until the end")
        assert b"Transfer-Encoding: chunked" in curl("-i", server.url + "/chunked").stdout
        assert curl("-i", old.url + "/chunked").stdout.startswith(b"HTTP/1.0 200 OK\r\n")
        assert b"Transfer" not in curl("-i", "--http1.0", server.url + "/chunked").stdout


def test_the_answer_holds_nothing_that_was_not_asked_for() -> None:
    """No date and no server's name, so that a whole answer is known beforehand; with a banner there are both."""
    ask = b"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with site({"/hello": "Hello, ⚓!\n"}) as server, site(banner="Lighthouse/1") as noisy:
        answer, noise = told(server.address, ask), told(noisy.address, ask)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\nConnection: close\r\n\r\n"
    )
    assert answer == head + "Hello, ⚓!\n".encode()
    assert b"\r\nServer: Lighthouse/1\r\nDate: " in noise


@pytest.mark.drives(client="urllib.request", server="site", feature="statuses with bodies, repeated headers")
def test_statuses_come_with_bodies_and_headers_with_repeats() -> None:
    """A 404 and a 500 can be read; three Set-Cookie headers stay three."""
    with site({"/broken": answers("sorry", 500)}) as server:
        for path, body in (("/missing", b"There is no page '/missing' here.\n"), ("/broken", b"sorry")):
            with pytest.raises(urllib.error.HTTPError) as caught:
                opener().open(server.url + path, timeout=10)
            with caught.value as error:
                assert error.read() == body
        with opener().open(server.url + "/cookies", timeout=10) as reply:
            assert len(reply.headers.get_all("Set-Cookie")) == 3


@pytest.mark.drives(client="requests", server="site", feature="scripted statuses, Retry-After")
def test_a_script_of_statuses_is_played_and_then_stays() -> None:
    """503, 503, and from then on a page: requests' own way of trying again gets it the third time."""
    again = urllib3.Retry(total=5, backoff_factor=0, status_forcelist=[503])
    with site({"/moody": scripted(busy(retry_after=0), 503, "fair\n")}) as server, requests.Session() as session:
        session.trust_env = False
        session.mount("http://", requests.adapters.HTTPAdapter(max_retries=again))
        assert session.get(server.url + "/moody", timeout=10).text == "fair\n"
        assert session.get(server.url + "/moody", timeout=10).text == "fair\n"
    assert [asked.status for asked in server.requests] == [503, 503, 200, 200]


def test_retry_after_is_seconds_a_date_or_nonsense() -> None:
    """A delay is given as a date, counted from the request on."""
    date, in_a_minute = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), timedelta(minutes=1)
    whens: list[int | str | datetime | timedelta] = [3, date, "soon", in_a_minute]
    pages = {f"/{i}": busy(429, retry_after=when) for i, when in enumerate(whens)}
    with site(pages) as server, httpx.Client(trust_env=False) as client:
        now = datetime.now(UTC)
        got = [client.get(server.url + path) for path in pages]
    values = [reply.headers["Retry-After"] for reply in got]
    assert values[:3] == ["3", "Wed, 02 Jan 2030 03:04:05 GMT", "soon"] and {reply.status_code for reply in got} == {
        429
    }
    assert timedelta(seconds=58) < parsedate_to_datetime(values[3]) - now < timedelta(seconds=120)


@pytest.mark.drives(client="http.client", server="site", feature="a Content-Length that lies")
def test_a_body_shorter_than_announced_ends_with_the_connection() -> None:
    """http.client complains when it reads all, and urllib does not when it reads in pieces: the lesson's point."""
    short = answers(b"only this", headers=[("Content-Length", "100")])
    with site({"/short": short}) as server:
        connection = http.client.HTTPConnection(*server.address, timeout=10)
        connection.request("GET", "/short")
        with pytest.raises(http.client.IncompleteRead):
            connection.getresponse().read()
        connection.close()


@pytest.mark.drives(client="httpx", server="site", feature="JSON documents with ETag and If-Match")
def test_two_clients_cannot_overwrite_each_other() -> None:
    """The second If-Match with the same tag is refused; a tag never comes back."""
    with site() as server, httpx.Client(trust_env=False, base_url=server.url) as client:
        tag = client.get("/notes/lights").headers["ETag"]
        first = client.put("/notes/lights", json=1, headers={"If-Match": tag})
        second = client.put("/notes/lights", json=2, headers={"If-Match": tag})
        assert (first.status_code, second.status_code, client.get("/notes/lights").json()) == (200, 412, 1)
        assert client.get("/notes/lights", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        assert client.put("/notes/lights", json=3, headers={"If-None-Match": "*"}).status_code == 412
        created = client.put("/notes/new", json=[], headers={"If-None-Match": "*"})
        assert (created.status_code, created.headers["Location"]) == (201, "/notes/new")
        assert [client.delete("/notes/new").status_code, client.get("/notes/new").status_code] == [204, 404]
        assert client.put("/notes/new", json=[]).headers["ETag"] != created.headers["ETag"]
        is_json = {"Content-Type": "application/json"}
        bad = [
            client.put("/notes/x", content=b"{}"),
            client.put("/notes/x", content=b"{", headers=is_json),
            client.put("/notes/x", content=b"[" * 99999, headers=is_json),
            client.post("/notes/x"),
        ]
        assert [reply.status_code for reply in bad] == [415, 400, 400, 405]


@pytest.mark.drives(client="curl", server="site", feature="IPv6")
def test_a_site_can_live_at_the_ipv6_loopback() -> None:
    """Its URL has brackets, as curl wants them."""
    try:
        server = site(host="::1").__enter__()
    except OSError:
        pytest.skip("this machine has no ::1")
    try:
        assert curl_json("--globoff", server.url + "/echo")["host"] == f"[::1]:{server.port}"
    finally:
        server.__exit__(None, None, None)


def test_what_breaks_in_a_page_is_raised_where_the_block_ends() -> None:
    """The client gets a 500 without details; the check hears of it."""
    with pytest.raises(ServerBroke, match="the web server broke: ZeroDivisionError"):
        with site({"/page": lambda request: 1 // 0}) as server:  # type: ignore[dict-item, return-value]
            assert told(server.address, b"GET /page HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 500 ")


def test_what_breaks_in_the_middle_of_a_body_cuts_the_connection() -> None:
    """A body that fails half-way does not look complete."""

    class Torn:
        def __iter__(self) -> Iterator[bytes]:
            yield b"half"
            raise LookupError("the rest")

    with pytest.raises(ServerBroke, match="LookupError: the rest"):
        with site({"/torn": answers(Torn())}) as server:
            assert told(server.address, b"GET /torn HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"\r\n\r\n4\r\nhalf\r\n")


@pytest.mark.drives(client="urllib.request", server="site", feature="a crowd at once")
def test_a_crowd_is_served_at_once() -> None:
    """Sixty clients that all wait for each other get their answers."""
    together = threading.Barrier(60, timeout=10)

    with site({"/together": echoes(), "/meet": answers("met")}) as server:

        def ask(number: int) -> str:
            together.wait()
            with opener().open(f"{server.url}/together?n={number}", timeout=10) as reply:
                return str(json.load(reply)["query"][0][1])

        with ThreadPoolExecutor(60) as pool:
            assert sorted(pool.map(ask, range(60)), key=int) == [str(number) for number in range(60)]
    assert len({asked.connection for asked in server.requests}) == 60


def test_given_pages_stand_beside_the_tour_and_before_it() -> None:
    """A check changes what it needs and keeps the echo."""
    with site({"/": "mine\n", "/old": redirects("/", 308)}) as server, httpx.Client(trust_env=False) as client:
        assert client.get(server.url + "/old", follow_redirects=True).text == "mine\n"
        assert client.get(server.url + "/echo").status_code == 200
