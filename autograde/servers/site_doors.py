"""Doors that pages can stand behind: the Basic challenge (RFC 7617), and a login by form that a cookie remembers.

    door = login({"ada": "tide"}, path="/club")
    vault = basic({"ada": "tide"})
    site({"/login": door, "/logout": door.logout(), "/club/news": door.guards("Nothing new.\\n"),
          "/vault": vault.guards("Gold.\\n")})

A door opens for whoever shows the right thing; who showed what is in the site's record.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from werkzeug.wrappers import Response

from .site_pages import TEXT, Page, PageLike, as_page
from .site_requests import SiteRequest

FORM = """<!doctype html>
<title>Login</title>
<form method="post">
<input name="username"> <input name="password" type="password"> <button>Log in</button>
</form>
"""


class Door(Page):
    """Says who may pass."""

    def refusal(self, request: SiteRequest) -> Response | None:
        """What is answered instead of the page behind the door, or None to let the request pass."""
        raise NotImplementedError

    def guards(self, page: PageLike) -> Page:
        """The page behind this door."""
        return _guarded(self, as_page(page))


class _guarded(Page):
    def __init__(self, door: Door, page: Page) -> None:
        self.door, self.page, self.methods = door, page, page.methods

    def answer(self, request: SiteRequest) -> Response:
        return self.door.refusal(request) or self.page.answer(request)


class basic(Door):
    """Answers 401 with a challenge until the right name and password come."""

    def __init__(self, users: Mapping[str, str], *, realm: str = "harbor") -> None:
        self.users, self.realm = users, realm

    def refusal(self, request: SiteRequest) -> Response | None:
        try:
            shown = request.authorization
        except ValueError:  # Werkzeug's parser on what is not even ASCII
            shown = None
        if shown is not None and shown.type == "basic" and _is_known(self.users, shown.username, shown.password):
            return None
        # Both values quoted, as RFC 7617 has them: some clients complain about a bare realm.
        challenge = {"WWW-Authenticate": f'Basic realm="{self.realm}", charset="UTF-8"'}
        return Response("Who are you?\n", 401, challenge, content_type=TEXT)


class login(Door):
    """The page with the login form, and the door for those who have passed it.

    A post of `username` and `password` is answered with `status` (303 makes a GET of it) to `then` and a session cookie
    for `path`; a wrong one with `refused_with`. Without the cookie the pages behind the door answer `refused_with` too.
    `secure` marks the cookie as one that must not travel over plain HTTP.
    """

    methods = ("GET", "POST")

    def __init__(
        self, users: Mapping[str, str], *, then: str = "/", status: int = 303, cookie: str = "session", path: str = "/",
        secure: bool = False, refused_with: int = 403,
    ) -> None:  # fmt: skip
        self.users, self.then, self.status = users, then, status
        self.cookie, self.path, self.secure = cookie, path, secure
        self.refused_with = refused_with
        self.sessions: dict[str, str] = {}

    def answer(self, request: SiteRequest) -> Response:
        if request.method != "POST":
            return Response(FORM, content_type="text/html; charset=utf-8")
        name = request.form.get("username")
        if not _is_known(self.users, name, request.form.get("password")):
            return Response("Wrong name or password.\n", self.refused_with, content_type=TEXT)
        token = secrets.token_urlsafe(16)
        self.sessions[token] = str(name)
        response = Response(f"Welcome, {name}.\n", self.status, headers={"Location": self.then}, content_type=TEXT)
        response.set_cookie(self.cookie, token, path=self.path, secure=self.secure, httponly=True, samesite="Lax")
        return response

    def refusal(self, request: SiteRequest) -> Response | None:
        if request.cookies.get(self.cookie) in self.sessions:
            return None
        return Response("Log in first.\n", self.refused_with, content_type=TEXT)

    def logout(self, then: PageLike = "You have left.\n") -> Page:
        """A page that ends the session, and has the cookie deleted (Max-Age=0)."""
        return _logout(self, as_page(then))


class _logout(Page):
    def __init__(self, door: login, page: Page) -> None:
        self.door, self.page = door, page

    def answer(self, request: SiteRequest) -> Response:
        self.door.sessions.pop(request.cookies.get(self.door.cookie, ""), None)
        response = self.page.answer(request)
        response.delete_cookie(self.door.cookie, path=self.door.path, secure=self.door.secure)
        return response


def _is_known(users: Mapping[str, str], name: str | None, password: str | None) -> bool:
    return name is not None and password is not None and users.get(name) == password


__all__ = ["Door", "basic", "login"]
