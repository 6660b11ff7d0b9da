"""Parsing Python in a process with many threads."""

from __future__ import annotations

import ast
import threading

_one_at_a_time = threading.Lock()


def parsed(source: str) -> ast.Module:
    """The tree of a text, made in one thread at a time. Raises what `ast.parse` does.

    Python 3.11 has one counter of depth for all threads, and takes it for broken (SystemError, "AST constructor
    recursion depth mismatch") when the collector lets another thread parse in between.
    """
    with _one_at_a_time:
        return ast.parse(source)
