"""An examinee must not outlive its examiner, however that ends and whatever the student's code is doing then.

Its reader thread notices the end of the line, but not while the interpreter is stuck or the process is stopped. So
Linux is asked to kill it together with the thread that started it (PR_SET_PDEATHSIG, prctl(2)); everywhere else, and
if student's code takes that back, its processor time is limited.
"""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

PROCESSOR = 600
"""Seconds of processor time after which an examinee ends in any case."""

_PR_SET_PDEATHSIG = 1


def limit() -> None:
    """Bind the life of this process to that of its examiner."""
    with suppress(ImportError):  # Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if sys.platform == "linux":
        with suppress(ImportError, AttributeError, OSError):  # a Python that was built without ctypes
            import _ctypes  # ctypes itself takes ten times as long to import

            prctl = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")  # type: ignore[arg-type]
            _ctypes.call_function(prctl, (_PR_SET_PDEATHSIG, int(signal.SIGKILL)))
