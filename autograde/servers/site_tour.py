"""The pages that every site has: one of each kind, to talk to by hand and to check clients against."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from .site_documents import documents
from .site_doors import basic, login
from .site_echo import echoes, mirrors
from .site_files import file, generated
from .site_pages import PageLike, answers, busy, computes, redirects, says, scripted
from .site_requests import SiteRequest

USERS = {"ada": "tide and time"}
"""Names and passwords that the doors of the tour open for."""

TIDES = b"harbor,high,low\nBrest,6.9,1.2\nCuxhaven,3.4,0.4\n"

FRONT = """<!doctype html>
<html><head><title>The loopback site</title></head>
<body>
<h1>The loopback site</h1>
<ul>
<li><a href="/echo?name=value">an echo</a> of any request, <a href="/mirror">a mirror</a> of any body</li>
<li><a href="/files/tides.csv">a small file</a>, <a href="/files/big">a large one</a></li>
<li><a href="/status/404">any status</a>, <a href="/busy">twice busy, then not</a></li>
<li><a href="/redirect/302?to=/echo">a redirect</a>, <a href="/hops/3">three</a>, <a href="/loop">no end</a></li>
<li><a href="/login">a login</a> to <a href="/club">the club</a>, and <a href="/logout">the way out</a></li>
<li><a href="/vault">a vault</a> behind a challenge</li>
<li><a href="/cookies">three cookies</a>, <a href="/chunks">three chunks</a>, <a href="/notes/lights">a note</a></li>
</ul>
<form action="/echo" method="post"><input name="q" value=""><button>Send</button></form>
</body></html>
"""


def tour(users: Mapping[str, str], other: str = "") -> dict[str, PageLike]:
    """A fresh set of pages by their paths. Those under /away lead to the site `other`."""
    door = login(users, then="/club")
    cookies = [("Set-Cookie", "everywhere=1; Path=/"), ("Set-Cookie", "only-here=2; Path=/cookies/deep"),
               ("Set-Cookie", "safe=3; Path=/; Secure")]  # fmt: skip
    return {
        "/": answers(FRONT, media_type="text/html; charset=utf-8", methods=("GET",)),
        "/echo": echoes(),
        "/echo/<rest:rest>": echoes(),
        "/mirror": mirrors(),
        "/files/tides.csv": file(TIDES, media_type="text/csv; charset=utf-8"),
        "/files/big": file(generated(1_000_000, Random(1))),
        "/status/<int(min=200, max=599):status>": computes(_status),
        "/busy": scripted(busy(retry_after=0), 503, "At last.\n"),
        "/redirect/<int(min=300, max=399):status>": computes(_redirect),
        "/away/<int(min=300, max=399):status>": computes(lambda request: _redirect(request, other)),
        "/hops/<int(max=50):left>": computes(_hop),
        "/loop": redirects("/loop"),
        "/login": door,
        "/logout": door.logout(),
        "/club": door.guards("Welcome to the club.\n"),
        "/vault": basic(users).guards("Gold, and a map.\n"),
        "/cookies": answers("Three cookies.\n", headers=cookies),
        "/cookies/gone": answers("One less.\n", headers=[("Set-Cookie", "everywhere=; Path=/; Max-Age=0")]),
        "/chunks": answers([b"one\n", b"two\n", b"three\n"]),
        "/notes/<name>": documents({"/notes/lights": {"red": "port", "green": "starboard"}}),
    }


def _status(request: SiteRequest) -> Response:
    """/status/404 answers 404."""
    return says(request.arguments["status"]).answer(request)


def _redirect(request: SiteRequest, base: str | None = None) -> Response:
    """/redirect/307?to=/echo leads to /echo; without `to`, to the echo."""
    if base == "":
        raise NotFound
    target = (base or "") + request.args.get("to", "/echo")
    if not target.isprintable():  # a line break would begin another header
        raise BadRequest
    return redirects(target, request.arguments["status"]).answer(request)


def _hop(request: SiteRequest) -> Response:
    """/hops/3 leads to the echo in three hops."""
    left = request.arguments["left"]
    return redirects(f"/hops/{left - 1}" if left > 1 else "/echo").answer(request)


__all__ = ["USERS", "tour"]
