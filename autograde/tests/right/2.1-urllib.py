"""An opener of urllib.request that follows nothing, on sockets that know the deadline; the body piece by piece."""

import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from urllib.parse import urlencode, urlsplit


class DeadlineSocket(socket.socket):
    """Gives each receive only the time that is left."""

    deadline = 0.0

    def recv_into(self, *args):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is over")
        self.settimeout(left)
        return super().recv_into(*args)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def opener_until(deadline):
    class Connection(http.client.HTTPConnection):
        def connect(self):
            super().connect()
            self.sock = DeadlineSocket(fileno=self.sock.detach())
            self.sock.deadline = deadline

    class Handler(urllib.request.HTTPHandler):
        def http_open(self, request):
            return self.do_open(Connection, request)

    return urllib.request.build_opener(NoRedirect, Handler, urllib.request.ProxyHandler({}))


def fetch(
    url, *, method="GET", params=None, form=None, json_body=None, headers=None, timeout=5.0, max_bytes=1_000_000
):
    deadline = time.monotonic() + timeout
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{url} is not on the web")
    if params:
        more = urlencode(params, doseq=True)
        parts = parts._replace(query=f"{parts.query}&{more}" if parts.query else more)
    data, kind = None, None
    if form is not None:
        data, kind = urlencode(form, doseq=True).encode("ascii"), "application/x-www-form-urlencoded"
    if json_body is not None:
        data, kind = json.dumps(json_body).encode(), "application/json"
    request = urllib.request.Request(parts.geturl(), data=data, method=method)
    if kind is not None:
        request.add_header("Content-Type", kind)
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        answer = opener_until(deadline).open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        body = b""
        while len(body) <= max_bytes and (piece := answer.read1(65536)):
            body += piece
        if len(body) > max_bytes:
            raise ValueError("the body is too long")
        announced = answer.headers.get("Content-Length")
        if announced is not None and method != "HEAD" and len(body) < int(announced):
            raise http.client.IncompleteRead(body, int(announced) - len(body))
        names = {name.lower() for name in answer.headers}
        return {
            "status": answer.status,
            "reason": answer.reason,
            "headers": {name: answer.headers.get_all(name) for name in names},
            "body": body,
            "url": parts.geturl(),
        }
