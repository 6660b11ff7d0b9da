"""Settings that belong to the whole process, and that a function of a library has no business to change.

`snapshot` reads them all; the keys say what they are in the words of a finding. Two snapshots are compared by
`changes`.
"""

from __future__ import annotations

import _locale
import _thread
import builtins
import gc
import os
import select
import signal
import socket
import sys
import threading
import time
import warnings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAMESPACES: dict[str, Any] = {
    "builtins": builtins,
    "os": os,
    "select": select,
    "socket": socket,
    "socket.socket": socket.socket,
    "threading": threading,
    "time": time,
}
_IN_SYS = ("stdin", "stdout", "stderr", "excepthook", "unraisablehook", "displayhook", "dont_write_bytecode")
_OWN_BUSINESS = ("socket.__warningregistry__", "builtins._", "threading._shutdown_locks", "threading._dangling")


def snapshot() -> dict[str, Any]:
    """Every setting by what it is called. Values are compared, so what may be changed in place is copied."""
    found: dict[str, Any] = {
        "the default timeout of all sockets (socket.setdefaulttimeout)": socket.getdefaulttimeout(),
        "the current directory (os.chdir)": _directory(),
        "the trace function (sys.settrace)": sys.gettrace(),
        "the profile function (sys.setprofile)": sys.getprofile(),
        "the recursion limit (sys.setrecursionlimit)": sys.getrecursionlimit(),
        "the switch interval (sys.setswitchinterval)": sys.getswitchinterval(),
        "the module search path (sys.path)": list(sys.path),
        "the warning filters": [str(each) for each in warnings.filters],
        "the garbage collector's settings": (gc.isenabled(), gc.get_threshold()),
        "the stack size of threads": _thread.stack_size(),
        "the locale": _locale.setlocale(_locale.LC_ALL, None),
        "the file mode mask (os.umask)": _mask(),
        "the limits of the process (resource)": _limits(),
    }
    for name in _IN_SYS:
        found[f"sys.{name}"] = getattr(sys, name, None)
    for name, value in os.environ.items():
        found[f"the environment variable {name}"] = value
    for number in signal.valid_signals():
        found[f"the handler of signal {int(number)}"] = signal.getsignal(number)
    for place, namespace in _NAMESPACES.items():
        found.update({f"{place}.{name}": value for name, value in vars(namespace).items()})
    return found


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The keys whose values differ, were added, or are gone."""
    nothing = object()
    keys = dict.fromkeys([*before, *after])
    changed = [key for key in keys if not _same(before.get(key, nothing), after.get(key, nothing))]
    if "ssl" in sys.modules and sys.modules["ssl"]._create_default_https_context is not _default_context():
        changed.append("the TLS context of all https requests (ssl._create_default_https_context)")
    return [key for key in changed if key not in _OWN_BUSINESS]


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    return type(one) is type(other) and isinstance(one, bool | int | float | str | list | tuple) and one == other


def _default_context() -> Any:
    return sys.modules["ssl"].create_default_context


def _directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "(removed)"


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _limits() -> Any:
    try:
        import resource
    except ImportError:
        return None
    return [resource.getrlimit(kind) for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_CPU, resource.RLIMIT_CORE)]
