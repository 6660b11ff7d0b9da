"""Conditional requests: an answer only if the client's copy is old, or only if nobody else has changed the thing."""

from __future__ import annotations

from datetime import datetime

from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import unquote_etag

from .site_requests import SiteRequest


def is_unchanged(request: SiteRequest, etag: str | None, modified: datetime | None = None) -> bool:
    """Whether the answer is 304, in the order of RFC 9110, section 13.2.2. Raises `PreconditionFailed`.

    `etag` is the present one as in its header, None if there is none or nothing is there at all; `modified` has no
    fraction of a second.
    """
    tag, is_weak = unquote_etag(etag)
    reads = request.method in ("GET", "HEAD")
    if request.headers.get("If-Match"):
        if tag is None or is_weak or not request.if_match.contains(tag):
            raise PreconditionFailed
    elif modified and request.if_unmodified_since and modified > request.if_unmodified_since:
        raise PreconditionFailed
    if request.headers.get("If-None-Match"):
        has_it = tag is not None and request.if_none_match.contains_weak(tag)
        if has_it and not reads:
            raise PreconditionFailed
        return has_it
    since = request.if_modified_since
    return reads and modified is not None and since is not None and modified <= since


__all__ = ["is_unchanged"]
