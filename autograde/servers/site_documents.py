"""JSON documents that clients read, replace and delete, and that know who saw which version.

    site({"/notes/<name>": documents({"/notes/tides": {"high": 3.1}})})

The entity tag changes with each replacement and never comes back, so that If-Match prevents a lost update and
If-None-Match: * a document that overwrites another (RFC 9110, sections 13.1.1 and 13.1.2).
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import BadRequest, NotFound, PreconditionRequired, UnsupportedMediaType
from werkzeug.wrappers import Response

from .site_conditions import is_unchanged
from .site_pages import Page
from .site_requests import SiteRequest


class documents(Page):
    """Documents by their paths. With `careful`, replacing or deleting one needs an If-Match (428 without)."""

    methods = ("GET", "PUT", "DELETE")

    def __init__(self, documents: Mapping[str, Any] | None = None, *, careful: bool = False) -> None:
        self.careful = careful
        self._versions = itertools.count(1)
        self._lock = threading.Lock()
        self._stored = {path: (json.dumps(value), next(self._versions)) for path, value in (documents or {}).items()}

    @property
    def values(self) -> dict[str, Any]:
        """What is stored now, by path."""
        with self._lock:
            return {path: json.loads(text) for path, (text, _) in self._stored.items()}

    def answer(self, request: SiteRequest) -> Response:
        with self._lock:
            stored = self._stored.get(request.path)
            if stored is None and request.method != "PUT":
                raise NotFound
            etag = None if stored is None else f'"{stored[1]}"'
            if is_unchanged(request, etag):
                return Response(status=304, headers={"ETag": str(etag)})
            if self.careful and etag and request.method in ("PUT", "DELETE") and "If-Match" not in request.headers:
                raise PreconditionRequired
            if request.method == "PUT":
                return self._put(request, is_new=stored is None)
            if request.method == "DELETE":
                del self._stored[request.path]
                return Response(status=204)
            return self._shown(request.path)

    def _put(self, request: SiteRequest, *, is_new: bool) -> Response:
        if not request.is_json:
            raise UnsupportedMediaType
        try:
            text = json.dumps(json.loads(request.asked.body), allow_nan=False)
        except (ValueError, RecursionError):
            raise BadRequest from None
        self._stored[request.path] = text, next(self._versions)
        response = self._shown(request.path)
        if is_new:
            response.status_code = 201
            response.headers["Location"] = request.path
        return response

    def _shown(self, path: str) -> Response:
        text, version = self._stored[path]
        return Response(text + "\n", headers={"ETag": f'"{version}"'}, content_type="application/json")


__all__ = ["documents"]
