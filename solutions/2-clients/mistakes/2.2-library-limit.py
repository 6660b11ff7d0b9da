'''
mistake = "Leaves the limit to the library, which allows ten"
loses = [
    "Five redirects in a row are followed; a loop is an OSError before the seventh request",
    "307 and 308 after the login's POST send it again where they lead",
    "A login that is sent on to another host with 307 is a PermissionError; it gets nothing",
]
told = ["requests before your code gave up"]
'''

import urllib.error
import urllib.request
from urllib.parse import urlencode, urlsplit


def run_session(base_url, username, password, paths, *, timeout=5.0):
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, base_url, username, password)
    opener = urllib.request.build_opener(
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
            if error.code in (301, 302, 303, 307, 308):
                error.close()
                raise
            answer = error
        with answer:
            if answer.status == 401 and urlsplit(answer.url).netloc == urlsplit(base_url).netloc:
                raise PermissionError("wrong password")
            results.append({"path": path, "status": answer.status, "final_url": answer.url, "body": answer.read()})
    return results
