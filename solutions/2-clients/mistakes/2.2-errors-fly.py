'''
mistake = "Lets HTTPError fly for a page that is not there"
loses = [
    "Whatever status a page has is data, and the results are in the order of the paths",
    "Another host that asks for a password does not get it, and its 401 is data",
    "Nothing is left open, whether the visit goes well or not",
]
told = ["a status is an answer", "HTTP Error 410"]
'''

import urllib.error
import urllib.request
from urllib.parse import urlencode, urlsplit


class Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = max_repeats = 50  # they are counted below

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        hops = getattr(req, "hops", 0) + 1
        if hops > 5:
            raise urllib.error.HTTPError(req.full_url, code, "more than five redirects", headers, fp)
        if code in (307, 308) and req.data is not None:
            if urlsplit(newurl).hostname != urlsplit(req.full_url).hostname:
                fp.close()
                raise PermissionError("a password is not sent on")
            new = urllib.request.Request(newurl, req.data, req.headers)
        else:
            new = super().redirect_request(req, fp, code, msg, headers, newurl)
        new.hops = hops
        return new


def run_session(base_url, username, password, paths, *, timeout=5.0):
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, base_url, username, password)
    opener = urllib.request.build_opener(
        Redirects(),
        urllib.request.HTTPCookieProcessor(),
        urllib.request.HTTPBasicAuthHandler(passwords),
    )
    form = urlencode({"username": username, "password": password}).encode()
    try:
        with opener.open(base_url + "/login", form, timeout) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (401, 403):
                raise PermissionError("wrong name or password") from None
            raise
    results = []
    for path in paths:
        try:
            answer = opener.open(base_url + path, timeout=timeout)
        except urllib.error.HTTPError as error:
            if error.code == 401:
                raise PermissionError("wrong password") from None
            raise
        with answer:
            results.append({"path": path, "status": answer.status, "final_url": answer.url, "body": answer.read()})
    return results
