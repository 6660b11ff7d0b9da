"""The system calls of the sandbox that Python 3.11 has no functions for, by name as in their manual pages.

Every function raises `OSError` with the name of the call. Numbers are from Linux's uapi headers; those of calls that
glibc wraps only since 2.36 are the same on every architecture (syscalls added since 5.1 share one table).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct

CLONE_NEWNS = 0x0002_0000
CLONE_NEWUTS = 0x0400_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000

MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE, MS_NOSYMFOLLOW = 2, 4, 4096, 16384, 1 << 18, 256
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4

_MNT_DETACH = 2
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_OPEN_TREE_CLONE = 1
_MOVE_MOUNT_F_EMPTY_PATH = 4
_SYS_open_tree, _SYS_move_mount, _SYS_mount_setattr = 428, 429, 442
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 36, 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x2008_0522
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)
_NR = {"x86_64": {"pivot_root": 155}, "aarch64": {"pivot_root": 41}}


def unshare(flags: int) -> None:
    """unshare(2): put this process (CLONE_NEWPID: its later children) into new namespaces."""
    _checked("unshare", _libc.unshare(flags))


def setns(descriptor: int, kind: int) -> None:
    """setns(2): move this process into the namespace that the descriptor stands for."""
    _checked("setns", _libc.setns(descriptor, kind))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    _checked(
        f"mount {target}", _libc.mount(os.fsencode(source), os.fsencode(target), kind.encode(), flags, data.encode())
    )


def set_attributes(target: str, attributes: int, *, recursive: bool = True) -> None:
    """mount_setattr(2): set these attributes of a mount, and of all below it."""
    wanted = ctypes.create_string_buffer(struct.pack("=QQQQ", attributes, 0, 0, 0))
    flags = _AT_RECURSIVE if recursive else 0
    path = os.fsencode(target)
    _syscall("mount_setattr", _SYS_mount_setattr, _AT_FDCWD, path, flags, wanted, 32)


def copy_of_mount(path: str) -> int:
    """open_tree(2): a descriptor of a copy of the mount at this path, to be attached elsewhere."""
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC
    return _syscall("open_tree", _SYS_open_tree, _AT_FDCWD, os.fsencode(path), flags)


def attach_mount(descriptor: int, target: str) -> None:
    """move_mount(2): attach what `copy_of_mount` gave."""
    empty, path = b"", os.fsencode(target)
    _syscall("move_mount", _SYS_move_mount, descriptor, empty, _AT_FDCWD, path, _MOVE_MOUNT_F_EMPTY_PATH)


def pivot_root(new: str, old: str) -> None:
    """pivot_root(2): make `new`, a mount, the root folder; the old one is then at `old`, which is below it."""
    number = _NR[os.uname().machine]["pivot_root"]
    _syscall("pivot_root", number, os.fsencode(new), os.fsencode(old))


def unmount(target: str) -> None:
    """umount2(2) with MNT_DETACH: it is gone from sight at once."""
    _checked("umount2", _libc.umount2(os.fsencode(target), _MNT_DETACH))


def set_dumpable(value: bool) -> None:
    """Whether other processes of the same user may look into /proc/<pid>/mem and fd (PR_SET_DUMPABLE, prctl(2))."""
    _prctl("PR_SET_DUMPABLE", _PR_SET_DUMPABLE, int(value))


def die_with_parent() -> None:
    """SIGKILL when the thread that forked this process ends (PR_SET_PDEATHSIG, prctl(2)). Clear after any setuid."""
    _prctl("PR_SET_PDEATHSIG", _PR_SET_PDEATHSIG, 9)


def adopt_orphans() -> None:
    """Orphans among the descendants become children of this process (PR_SET_CHILD_SUBREAPER, prctl(2))."""
    _prctl("PR_SET_CHILD_SUBREAPER", _PR_SET_CHILD_SUBREAPER, 1)


def give_up_privileges() -> None:
    """No capabilities from now on, whatever is executed (capset(2); PR_SET_NO_NEW_PRIVS, prctl(2))."""
    _prctl("PR_SET_NO_NEW_PRIVS", _PR_SET_NO_NEW_PRIVS, 1)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    _checked("capset", _libc.capset(header, ctypes.create_string_buffer(24)))


def filter_calls(program: bytes) -> None:
    """seccomp(2): from now on every system call of this process and its children passes this BPF program."""
    code = ctypes.create_string_buffer(program, len(program))
    wanted = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    _prctl("PR_SET_SECCOMP", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(wanted, len(wanted)))


def raise_loopback() -> None:
    """Bring up the loopback interface of a new network namespace: 127.0.0.0/8 and ::1 (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sH22x", b"lo", 0)
        (flags,) = struct.unpack("16xH22x", fcntl.ioctl(sock, _SIOCGIFFLAGS, request))
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags | _IFF_UP))


def _prctl(name: str, option: int, value: int, address: object = None) -> None:
    _checked(name, _libc.prctl(option, ctypes.c_ulong(value), address, None, None))


def _syscall(name: str, number: int, *arguments: object) -> int:
    plain = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return _checked(name, _libc.syscall(ctypes.c_long(number), *plain))


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
