"""Logins, cookies and redirects of the web site, and what clients let slip to a second host."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.request
from pathlib import Path

import httpx
import pytest
import requests

from autograde.servers.certificates import certificates
from autograde.servers.site import answers, basic, login, site
from autograde.tests.site_clients import curl, curl_json, opener

USERS = {"ada": "high tide"}


@pytest.mark.drives(client="curl", server="site", feature="Basic challenge (-u, --anyauth)")
def test_basic_opens_for_the_right_password_only() -> None:
    """Without, a challenge; the record shows whether a client waited for it."""
    with site({"/vault": basic(USERS).guards("gold")}) as server:
        assert b'WWW-Authenticate: Basic realm="harbor"' in curl("-i", server.url + "/vault").stdout
        assert curl("-u", "ada:low tide", server.url + "/vault").stdout == b"Who are you?\n"
        assert curl("--anyauth", "-u", "ada:high tide", server.url + "/vault").stdout == b"gold"
    assert [(asked.status, len(asked.values("Authorization"))) for asked in server.requests] == [
        (401, 0), (401, 1), (401, 0), (200, 1)
    ]  # fmt: skip


@pytest.mark.drives(client="urllib.request", server="site", feature="Basic challenge")
def test_urllib_answers_a_challenge() -> None:
    """Its password manager waits for the challenge, and gives up on a password that is refused."""
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    with site({"/vault": basic(USERS).guards("gold")}) as server:
        passwords.add_password(None, server.url, "ada", "high tide")
        with opener(urllib.request.HTTPBasicAuthHandler(passwords)).open(server.url + "/vault", timeout=10) as reply:
            assert reply.read() == b"gold"
    assert [asked.status for asked in server.requests] == [401, 200]


@pytest.mark.drives(client="curl", server="site", feature="form login, cookies (-c, -b), logout")
def test_curl_logs_in_by_form_and_out_again(tmp_path: Path) -> None:
    """The cookie is for its path, opens the door, and is deleted by the way out."""
    jar = str(tmp_path / "jar")
    door = login(USERS, then="/club/news", path="/club")
    pages = {"/login": door, "/club/news": door.guards("none"), "/club/leave": door.logout()}
    with site(pages) as server:

        def visit(path: str, *arguments: str) -> bytes:
            return curl("-c", jar, "-b", jar, "-L", *arguments, server.url + path).stdout

        assert visit("/club/news") == b"Log in first.\n"
        assert visit("/login", "-d", "username=ada", "-d", "password=low tide") == b"Wrong name or password.\n"
        assert visit("/login", "-d", "username=ada", "-d", "password=high tide") == b"none"
        visit("/echo")
        assert server.requests[-1].values("Cookie") == [] and server.requests[-2].method == "GET"
        assert list(door.sessions.values()) == ["ada"]
        assert visit("/club/leave") == b"You have left.\n" and visit("/club/news") == b"Log in first.\n"
    assert server.requests[-1].values("Cookie") == [] and door.sessions == {}


@pytest.mark.drives(client="http.cookiejar", server="site", feature="Path, Max-Age=0, Secure")
def test_a_cookie_jar_keeps_to_path_age_and_secure() -> None:
    """Only what belongs to the path comes back, nothing secure over plain HTTP, nothing that was deleted."""
    jar = http.cookiejar.CookieJar()
    with site() as server:
        browser = opener(urllib.request.HTTPCookieProcessor(jar))
        for path in ("/cookies", "/echo", "/cookies/deep", "/cookies/gone", "/echo"):
            try:
                browser.open(server.url + path, timeout=10).close()
            except urllib.error.HTTPError as error:
                error.close()
    sent = [sorted("; ".join(asked.values("Cookie")).split("; ")) for asked in server.requests]
    assert sent == [[""], ["everywhere=1"], ["everywhere=1", "only-here=2"], ["everywhere=1"], [""]]


@pytest.mark.drives(client="requests", server="site", feature="form login over HTTPS, Secure cookie")
def test_a_secure_cookie_travels_over_tls_only() -> None:
    """The same site with a certificate gets it back."""
    door = login(USERS, then="/club", secure=True)
    pages = {"/login": door, "/club": door.guards("in")}
    ada = {"username": "ada", "password": "high tide"}
    with certificates() as made, site(pages) as plain, site(pages, identity=made.identity()) as safe:
        with requests.Session() as session:
            session.trust_env, session.verify = False, made.cafile
            assert session.post(plain.url + "/login", data=ada, timeout=10).text == "Log in first.\n"
            assert session.post(safe.url + "/login", data=ada, timeout=10).text == "in"


@pytest.mark.drives(client="httpx", server="site", feature="redirects 301, 302, 303, 307, 308")
@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_each_redirect_keeps_or_changes_the_method(status: int, method: str) -> None:
    """What becomes of a POST: httpx does what RFC 9110, section 15.4, says."""
    with site() as server, httpx.Client(trust_env=False, follow_redirects=True) as client:
        reply = client.post(f"{server.url}/redirect/{status}?to=/echo/there", content=b"body").json()
    assert (reply["method"], reply["text"]) == (method, "body" if method == "POST" else "")


@pytest.mark.drives(client="curl", server="site", feature="redirects (-L), chains and loops")
def test_curl_follows_a_chain_and_gives_up_on_a_loop() -> None:
    """Three hops are followed; a loop ends at the limit."""
    with site() as server:
        assert curl_json("-L", server.url + "/hops/3")["path"] == "/echo"
        assert curl("-L", "--max-redirs", "5", server.url + "/loop").returncode == 47
    assert [asked.target for asked in server.requests][:4] == ["/hops/3", "/hops/2", "/hops/1", "/echo"]
    assert len(server.requests) == 4 + 6


@pytest.mark.drives(client="urllib.request", server="site", feature="a loop; headers that leak to a second host")
def test_what_leaks_to_a_second_host_is_on_its_record() -> None:
    """A header that urllib was given follows a redirect to another host name; a cookie of its jar does not."""
    jar = http.cookiejar.CookieJar()
    with site(host="localhost") as other, site(other=other.url) as server:
        browser = opener(urllib.request.HTTPCookieProcessor(jar))
        browser.open(server.url + "/cookies", timeout=10).close()
        ask = urllib.request.Request(
            server.url + "/away/302?to=/echo/here", headers={"Authorization": "Basic c2VjcmV0"}
        )
        browser.open(ask, timeout=10).close()
        with pytest.raises(urllib.error.HTTPError, match="infinite loop"):
            browser.open(server.url + "/loop", timeout=10)
    (leaked,) = other.requests
    assert leaked.values("Authorization") == ["Basic c2VjcmV0"] and leaked.values("Cookie") == []
    assert leaked.host == f"localhost:{other.port}" and leaked.target == "/echo/here"


@pytest.mark.drives(client="curl", server="site", feature="redirect to a second host")
def test_curl_keeps_a_password_from_the_second_host() -> None:
    """Unless it is told to trust every host on the way."""
    with site(host="localhost") as other, site(other=other.url) as server:
        curl("-L", "-u", "ada:high tide", server.url + "/away/307")
        curl("-L", "--location-trusted", "-u", "ada:high tide", server.url + "/away/307")
    assert [len(asked.values("Authorization")) for asked in other.requests] == [0, 1]


def test_a_site_without_another_leads_nobody_away() -> None:
    """Then /away is a page like any that is missing."""
    with site({"/x": answers("x")}) as server:
        assert curl("-o", "-", "-w", "%{http_code}", server.url + "/away/302").stdout.endswith(b"404")
