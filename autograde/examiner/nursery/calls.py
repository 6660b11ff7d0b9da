"""Which system calls the student's code may make: a deny list, as a BPF program for seccomp(2).

Namespaces and limits do the main work. What is denied here reaches around them: memory that no limit counts, sockets
of families that know no network namespace (AF_VSOCK reaches the host of a virtual machine), and parts of the kernel
that a networking course has no use for and whose bugs others have used. A denied call fails with EPERM, an unknown
family with EAFNOSUPPORT, as on a system that lacks it.
"""

from __future__ import annotations

import errno
import os
import socket
import struct

FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
"""Families of sockets that may be made. AF_NETLINK is what getaddrinfo(3) and if_nameindex(3) ask."""

_SINCE_5_1 = {
    "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "fspick": 433,
    "pidfd_getfd": 438, "mount_setattr": 442,
    "memfd_secret": 447,
}  # fmt: skip

_X86_64 = {
    "shmget": 29, "shmat": 30, "shmctl": 31, "semget": 64, "msgget": 68, "ptrace": 101, "personality": 135,
    "pivot_root": 155, "chroot": 161, "acct": 163, "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169,
    "init_module": 175, "quotactl": 179, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
    "move_pages": 279, "vmsplice": 278, "perf_event_open": 298, "fanotify_init": 300, "open_by_handle_at": 304,
    "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "finit_module": 313, "memfd_create": 319,
    "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
}  # fmt: skip

_AARCH64 = {
    "shmget": 194, "shmctl": 195, "shmat": 196, "semget": 190, "msgget": 186, "ptrace": 117, "personality": 92,
    "pivot_root": 41, "chroot": 51, "acct": 89, "mount": 40, "umount2": 39, "swapon": 224, "reboot": 142,
    "init_module": 105, "quotactl": 60, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97,
    "move_pages": 239, "vmsplice": 75, "perf_event_open": 241, "fanotify_init": 262, "open_by_handle_at": 265,
    "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "finit_module": 273, "memfd_create": 279,
    "bpf": 280, "userfaultfd": 282, "kexec_file_load": 294,
}  # fmt: skip

_MACHINES = {"x86_64": (0xC000_003E, _X86_64, 41, 53), "aarch64": (0xC000_00B7, _AARCH64, 198, 199)}
"""By machine: AUDIT_ARCH_…, the denied calls, the numbers of socket(2) and socketpair(2)."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_X32 = 0x4000_0000

Instruction = tuple[int, int, int, int]


def _program() -> bytes:
    architecture, own, make_socket, make_pair = _MACHINES[os.uname().machine]
    denied = sorted({*own.values(), *_SINCE_5_1.values()})
    code: list[Instruction] = [
        _load(_ARCHITECTURE), (_EQUAL, 1, 0, architecture), _return(_KILL),
        _load(_NUMBER), (_AT_LEAST, 0, 1, _X32), _return(_KILL),
    ]  # fmt: skip
    for number in denied:
        code += [(_EQUAL, 0, 1, number), _return(_ERROR | errno.EPERM)]
    code += [(_EQUAL, 1, 0, make_socket), (_EQUAL, 0, len(FAMILIES) + 2, make_pair), _load(_FIRST_ARGUMENT)]
    for left, family in zip(range(len(FAMILIES), 0, -1), FAMILIES, strict=True):
        code.append((_EQUAL, left, 0, family))
    code += [_return(_ERROR | errno.EAFNOSUPPORT), _return(_ALLOW)]
    return b"".join(struct.pack("=HBBI", operation, yes, no, value) for operation, yes, no, value in code)


def _load(offset: int) -> Instruction:
    return _LOAD, 0, 0, offset


def _return(value: int) -> Instruction:
    return _RETURN, 0, 0, value


PROGRAM = _program() if os.uname().machine in _MACHINES else b""
"""The filter for this machine; empty for one whose numbers are not known."""
