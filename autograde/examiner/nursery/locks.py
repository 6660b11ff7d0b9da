"""Users, limits and privileges: what the processes of a sandbox are allowed to do."""

from __future__ import annotations

import os
import resource
from contextlib import suppress

from . import calls, system

_LIMITS = {
    resource.RLIMIT_NPROC: 600,  # processes and threads of this sandbox: a server may have some hundred clients
    resource.RLIMIT_NOFILE: 1024,
    resource.RLIMIT_FSIZE: 64 << 20,
    resource.RLIMIT_DATA: 8 << 30,  # of each process; a thread's stack counts 8 MB, though hardly any of it is used
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_MEMLOCK: 64 << 10,
    resource.RLIMIT_MSGQUEUE: 0,
}

_USERS = 100_000
"""The first user id for examinees, where it can be chosen: each sandbox has its own for a while."""

_NOBODY = 65_534


def lock_in() -> None:
    """The last step of an examinee before it runs what is not ours: limits, no privileges, fewer system calls."""
    for kind, most in _LIMITS.items():
        resource.setrlimit(kind, (most, most))
    system.give_up_privileges()
    system.filter_calls(calls.PROGRAM)


def privileged_here() -> None:
    """Put this process into a user and a mount namespace of its own, in which it may do all that a sandbox needs.

    As root it keeps every user id, else only its own, which is 0 inside. Raises `OSError` where that is forbidden.
    """
    if os.geteuid():
        user, group = os.geteuid(), os.getegid()
        system.unshare(system.CLONE_NEWUSER | system.CLONE_NEWNS)
        map_users("self", f"0 {user} 1", f"0 {group} 1", may_set_groups=False)
    else:
        _keep_every_user()


def may_choose_users() -> bool:
    """Whether there are other user ids than the one of this process."""
    return _read("/proc/self/uid_map").split()[2:] != ["1"]


def become_user(number: int | None) -> tuple[int, int]:
    """The ids by which the system knows a sandbox: of its own where they can be chosen, else (None) this process's."""
    if number is None:
        return os.geteuid(), os.getegid()
    for one in (_USERS + number % _USERS, _NOBODY):
        with suppress(OSError):  # EINVAL: this system, a container, does not have that id
            os.setgroups([])
            os.setresgid(one, one, one)
            os.setresuid(one, one, one)
            return one, one
    raise OSError("no user id but root's can be used here")


def map_users(process: str, users: str, groups: str, *, may_set_groups: bool) -> None:
    """user_namespaces(7): which ids outside those inside stand for."""
    if not may_set_groups:
        _write(f"/proc/{process}/setgroups", "deny")
    _write(f"/proc/{process}/uid_map", users)
    _write(f"/proc/{process}/gid_map", groups)


def _keep_every_user() -> None:
    """As root: only a process outside may map more than one id, so a child stays there for that."""
    users, groups, parent = _everybody("uid"), _everybody("gid"), os.getpid()
    is_inside, inside = os.pipe()
    if (outside := os.fork()) == 0:
        os.close(inside)
        os.read(is_inside, 1)
        map_users(str(parent), users, groups, may_set_groups=True)
        os._exit(0)
    os.close(is_inside)
    system.unshare(system.CLONE_NEWUSER | system.CLONE_NEWNS)
    os.close(inside)
    if os.waitpid(outside, 0)[1]:
        raise OSError("the user ids of root could not be kept")


def _everybody(kind: str) -> str:
    """A map by which every id that this process knows stands for itself."""
    known = [line.split() for line in _read(f"/proc/self/{kind}_map").splitlines()]
    return "\n".join(f"{first} {first} {count}" for first, _, count in known)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _read(path: str) -> str:
    with open(path) as file:
        return file.read()
