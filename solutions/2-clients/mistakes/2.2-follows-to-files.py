'''
mistake = "Follows a redirect to a file of the own disk"
loses = ["A redirect to a file of your own disk is an OSError"]
told = ["urlopen opens more than the web"]
'''

import urllib.error
import urllib.request
from urllib.parse import urlencode, urljoin, urlsplit


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Lets a redirect come back as what it is: an answer."""

    def redirect_request(self, *details):
        return None


def run_session(base_url: str, username: str, password: str, paths: list[str], *, timeout: float = 5.0) -> list[dict]:
    """Log in, then get each path: one {"path", "status", "final_url", "body"} for each."""
    own_host = urlsplit(base_url).netloc
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, base_url, username, password)
    opener = urllib.request.build_opener(
        NoRedirect, urllib.request.HTTPCookieProcessor(), urllib.request.HTTPBasicAuthHandler(passwords)
    )

    def ask(url: str, form: bytes | None = None) -> dict:
        for _ in range(1 + 5):
            try:
                answer = opener.open(urllib.request.Request(url, form), timeout=timeout)
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                body = answer.read()
            is_own = urlsplit(url).netloc == own_host
            if answer.status == 401 and is_own and "basic" in answer.headers.get("WWW-Authenticate", "").lower():
                raise PermissionError(f"the password was rejected at {url}")
            target = answer.headers.get("Location")
            if answer.status not in (301, 302, 303, 307, 308) or target is None:
                return {"status": answer.status, "final_url": url, "body": body}
            url = urljoin(url, target)
            if answer.status in (301, 302, 303):
                form = None
            if form is not None and urlsplit(url).netloc != own_host:
                raise PermissionError(f"the password would have to be sent to {url}")
        raise OSError("more than five redirects")

    welcome = ask(base_url + "/login", urlencode({"username": username, "password": password}).encode())
    if welcome["status"] in (401, 403):
        raise PermissionError(f"the login answered {welcome['status']}")
    if welcome["status"] >= 400:
        raise OSError(f"the login answered {welcome['status']}")
    return [{"path": path, **ask(base_url + path)} for path in paths]
