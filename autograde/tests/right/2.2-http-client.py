"""http.client, with cookies, challenges and redirects by hand: everything is for the one host only."""

import base64
import http.client
import http.cookies
from urllib.parse import urlencode, urljoin, urlsplit


class Visit:
    """One visitor, who keeps cookies of one host only and asks no other host as anybody."""

    def __init__(self, base, name, password, timeout):
        self.home, self.timeout = urlsplit(base), timeout
        self.credentials = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
        self.cookies = {}
        self.realms = set()

    def request(self, url, method, body):
        where = urlsplit(url)
        at_home = where.hostname == self.home.hostname
        headers = {"Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        path = where.path or "/"
        if at_home:
            fitting = [f"{name}={value}" for (name, root), value in self.cookies.items() if under(path, root)]
            if fitting:
                headers["Cookie"] = "; ".join(fitting)
            if where.path in self.realms:
                headers["Authorization"] = self.credentials
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=self.timeout)
        try:
            connection.request(method, path + ("?" + where.query if where.query else ""), body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if at_home:
            for line in answer.headers.get_all("Set-Cookie", []):
                self.keep(line, path)
            if answer.status == 401 and answer.headers.get("WWW-Authenticate", "").lower().startswith("basic"):
                if "Authorization" in headers:
                    raise PermissionError("not twice")
                self.realms.add(where.path)
                return self.request(url, method, body)
        return answer, content

    def keep(self, line, path):
        for name, morsel in http.cookies.SimpleCookie(line).items():
            key = name, morsel["path"] or path.rpartition("/")[0] or "/"
            if morsel["max-age"] == "0":
                self.cookies.pop(key, None)
            elif not morsel["secure"]:  # there is no https here
                self.cookies[key] = morsel.coded_value

    def go(self, url, method="GET", body=None):
        for _ in range(6):
            answer, content = self.request(url, method, body)
            location = answer.headers.get("Location")
            if answer.status not in (301, 302, 303, 307, 308) or not location:
                return answer.status, url, content
            url = urljoin(url, location)
            if urlsplit(url).scheme != "http":
                raise OSError("cannot follow " + url)
            if answer.status < 307:
                method, body = "GET", None
            if body is not None and urlsplit(url).hostname != self.home.hostname:
                raise PermissionError("the form is for one host only")
        raise OSError("too many redirects")


def under(path, root):
    return path == root or path.startswith(root.rstrip("/") + "/")


def run_session(base_url, username, password, paths, *, timeout=5.0):
    visit = Visit(base_url, username, password, timeout)
    status, *_ = visit.go(base_url + "/login", "POST", urlencode({"username": username, "password": password}))
    if status in (401, 403):
        raise PermissionError("nobody knows us there")
    keys = ("path", "status", "final_url", "body")
    return [dict(zip(keys, (path, *visit.go(base_url + path)), strict=True)) for path in paths]
