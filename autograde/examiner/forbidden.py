"""Why a system makes no sandbox, in a sentence for the person who can change that."""

from __future__ import annotations

from pathlib import Path

_SWITCHES = (
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    ("kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=10000"),
)
"""Settings of Linux that forbid user namespaces: the file below /proc/sys, the forbidding value, the command."""

PROC = Path("/proc/sys")


def sentence_for(trouble: str) -> str:
    """What is missing and how to allow it, after the trouble that trying met with."""
    for name, forbidding, command in _SWITCHES:
        if _value(name) == forbidding:
            reason, remedy = f"user namespaces are switched off ({name.replace('/', '.')} is {forbidding})", command
            break
    else:
        reason, remedy = (
            trouble,
            (
                "Linux 5.14 or newer is needed, and in a container user namespaces and a whole /proc "
                "(docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined)"
            ),
        )
    return f"No sandbox: {reason}. Student code runs in separate processes only. To allow it: {remedy}."


def _value(name: str) -> str:
    try:
        return (PROC / name).read_text("ascii").strip()
    except OSError:
        return ""
