"""Which names a cell makes and which it lacks, read from its text without running it.

`symtable` is the compiler's own view. What is no Python makes and lacks nothing that could be known.
"""

from __future__ import annotations

import builtins
import symtable
import warnings
from collections.abc import Iterator

from autograde.examiner.bindings import LARGEST

BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}


def is_python(source: str) -> bool:
    """Whether the text can be compiled."""
    return _table(source) is not None


def made_names(source: str) -> set[str]:
    """The names that the cell binds at its top level, imports included."""
    table = _table(source)
    return set() if table is None else {one.get_name() for one in table.get_symbols() if _binds(one)}


def imported_names(source: str) -> set[str]:
    """Those of them that come from an import."""
    table = _table(source)
    return set() if table is None else {one.get_name() for one in table.get_symbols() if one.is_imported()}


def lacking_names(source: str) -> set[str]:
    """The names that the cell uses, in its functions too, and that neither it nor Python makes."""
    table = _table(source)
    if table is None:
        return set()
    used = {one.get_name() for scope in _scopes(table) for one in scope.get_symbols() if _is_global(one, scope, table)}
    return used - made_names(source) - BUILTINS


def _table(source: str) -> symtable.SymbolTable | None:
    if len(source) > LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in the student's text is not for our stderr
            return symtable.symtable(source, "<answer>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def _binds(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def _is_global(symbol: symtable.Symbol, scope: symtable.SymbolTable, top: symtable.SymbolTable) -> bool:
    return symbol.is_referenced() and (scope is top or symbol.is_global())
