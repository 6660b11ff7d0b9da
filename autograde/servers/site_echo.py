"""Pages that say what they were asked: what a client really sends is seen best from the other side.

    with site() as server:
        urlopen(server.url + "/echo/a%2Fb?x=1&x=2").read()

The echo reports a request as JSON (`what_came`); the mirror sends its body back.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Response

from .site_pages import Page
from .site_requests import SiteRequest


def what_came(request: SiteRequest) -> dict[str, Any]:
    """The request as plain data.

    `target` is as it was sent, `path` decoded whole, `segments` decoded one by one; `query`, `headers` and `form` are
    lists of pairs in the order sent; `body` is Base64, `text` the same as UTF-8 or null; `files` are the uploads of a
    multipart form; `json` is the body's value where it is said to be JSON and is, else null.
    """
    asked = request.asked
    form, files = form_of(request)
    return {
        "method": asked.method, "target": asked.target, "version": asked.version, "host": asked.host,
        "path": asked.path, "segments": asked.segments, "query": asked.query, "headers": asked.headers,
        "body": base64.b64encode(asked.body).decode(), "text": text_of(asked.body),
        "form": form, "files": files, "json": json_of(request),
        "connection": asked.connection,
    }  # fmt: skip


def text_of(body: bytes) -> str | None:
    """The body as UTF-8, or None if it is not."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def json_of(request: SiteRequest) -> Any:
    """The value of a body that is said to be JSON, or None; None also for what cannot be said again (too deep, NaN)."""
    if not request.is_json:
        return None
    try:
        value = json.loads(request.asked.body)
        json.dumps({"json": value}, indent=1, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return value


def form_of(request: SiteRequest) -> tuple[list[tuple[str, str]], list[dict[str, Any]]]:
    """Fields and files of an urlencoded or multipart body, in their order; both empty if it is neither or malformed."""
    # Werkzeug's own dictionaries bring repeated names together; a list made of its pairs keeps the order.
    pairs: Any = list
    fields: Any
    files: Any
    _, fields, files = FormDataParser(cls=pairs).parse_from_environ(request.environ)
    return fields, [_described(field, file) for field, file in files]


def _described(field: str, file: Any) -> dict[str, Any]:
    data = file.read()
    file.close()
    content = base64.b64encode(data).decode()
    return {"field": field, "filename": file.filename, "type": file.content_type, "size": len(data), "body": content}


class echoes(Page):
    """Answers any method with `what_came`, as JSON."""

    def answer(self, request: SiteRequest) -> Response:
        return Response(json.dumps(what_came(request), indent=1) + "\n", content_type="application/json")


class mirrors(Page):
    """Sends the body back as it came, under the same Content-Type and Content-Encoding."""

    def answer(self, request: SiteRequest) -> Response:
        response = Response(request.asked.body, content_type=request.headers.get("Content-Type", ""))
        for value in request.asked.values("Content-Encoding"):
            response.headers.add("Content-Encoding", value)
        return response


__all__ = ["echoes", "form_of", "mirrors", "what_came"]
