"""What examinees see of the file system: a root folder made once, read-only, from which each sandbox takes its own.

It holds Python's own library, the shared libraries that Python needs, a few devices, and files of the system that
programs about networks read. It holds nothing that is installed beside Python, and nothing of the course, of anybody's
home, or of /tmp. `/proc` is the host's, seen by nobody: a sandbox mounts its own over it, which the kernel allows only
where a whole one can be seen.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress

from . import system

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo")
_SETTINGS = (
    "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/services", "/etc/protocols",
    "/etc/ssl/openssl.cnf", "/etc/ssl/certs", "/etc/pki/tls", "/etc/gai.conf",
)  # fmt: skip
_DEVICES = ("null", "zero", "full", "random", "urandom")

HOME = "/tmp/answer"
"""The folder that an examinee starts in. /tmp is memory, of each examinee its own, and gone with it."""

ENVIRONMENT = {
    "HOME": HOME, "TMPDIR": HOME, "TEMP": HOME, "TMP": HOME, "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
    **{name: os.environ[name] for name in ("TZ",) if name in os.environ},
}  # fmt: skip
"""The environment variables of an examinee."""

_SHARED = "/shared"
_TMP_SIZE = "size=64m,nr_inodes=10000,mode=1777"

USER = 1000
"""The user and group that examinees believe to be."""

_FILES = {
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.0.1 loopback\n",
    "/etc/hostname": "loopback\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n",
    "/etc/passwd": f"answer:x:{USER}:{USER}:the answer cell:/tmp:/bin/false\n",
    "/etc/group": f"answer:x:{USER}:\n",
}


def enter(place: str) -> None:
    """Make the room below `place`, an empty folder, and make it the root folder of this process for good.

    This process must be in a mount namespace of its own, with all privileges there.
    """
    system.mount("none", "/", "", system.MS_REC | system.MS_PRIVATE)
    system.mount("room", place, "tmpfs", system.MS_NOSUID | system.MS_NODEV, "mode=0755,size=4m")
    for path in (*_LIBRARIES, *_own_library(), *_SETTINGS):
        _show(place, path)
    for name in _DEVICES:
        _show(place, f"/dev/{name}", system.MOUNT_ATTR_NOSUID)
    for folder in _beside_python():
        system.mount("nothing", place + folder, "tmpfs", system.MS_NOSUID | system.MS_NODEV, "mode=0755,size=4k")
    for path, text in _FILES.items():
        _write(place + path, text)
    for folder in ("/proc", "/tmp", _SHARED, "/outside"):
        os.mkdir(place + folder)
    os.symlink("/tmp", place + "/dev/shm")  # where semaphores of multiprocessing are files
    system.mount("/proc", place + "/proc", "", system.MS_BIND | system.MS_REC)
    system.pivot_root(place, place + "/outside")
    os.chdir("/")
    system.unmount("/outside")
    os.rmdir("/outside")
    system.set_attributes("/", system.MOUNT_ATTR_RDONLY, recursive=False)


def furnish(shared: int) -> None:
    """In process 1 of a sandbox: /proc of its own processes, and the mount of the folder shared with the checks.

    Raises `OSError` where the system does not let us.
    """
    system.mount("none", "/", "", system.MS_REC | system.MS_PRIVATE)
    system.mount("proc", "/proc", "proc", system.MS_NOSUID | system.MS_NODEV)
    system.attach_mount(shared, _SHARED)
    os.close(shared)
    with open("/proc/sys/user/max_user_namespaces", "w") as most:
        most.write("0")  # whoever made one would have privileges in it
    socket.sethostname("loopback")


def furnish_for_one(shared_at: str) -> None:
    """In an examinee: a /tmp of its own, with the shared folder at the path that the checks know it by."""
    system.unshare(system.CLONE_NEWNS)
    system.mount("tmp", "/tmp", "tmpfs", system.MS_NOSUID | system.MS_NODEV, _TMP_SIZE)
    os.mkdir(HOME, 0o700)
    os.makedirs(shared_at)
    system.mount(_SHARED, shared_at, "", system.MS_BIND)


def _own_library() -> list[str]:
    """The folder of Python's library, after the one with what it is linked to."""
    return [os.path.join(sys.base_prefix, "lib"), os.path.dirname(os.__file__)]


def _beside_python() -> list[str]:
    """Folders of installed packages inside of what is shown: nothing in them is of Python itself."""
    library = os.path.dirname(os.__file__)
    folders = [os.path.join(library, "site-packages"), os.path.join(library, "dist-packages")]
    return [folder for folder in (*folders, "/usr/lib/python3/dist-packages") if os.path.isdir(folder)]


def _show(place: str, path: str, attributes: int = -1) -> None:
    """Show a file or folder of the host at its own path, read-only; a symbolic link is made anew."""
    inside = place + path
    if os.path.lexists(inside) or not os.path.lexists(path):
        return
    os.makedirs(os.path.dirname(inside), exist_ok=True)
    if os.path.islink(path):
        target = os.path.realpath(path)
        os.symlink(os.readlink(path), inside)
        if not target.startswith(_LIBRARIES):
            _show(place, target)
        return
    if os.path.isdir(path):
        os.mkdir(inside)
    else:
        with open(inside, "x"):
            pass
    system.mount(path, inside, "", system.MS_BIND | system.MS_REC)
    if attributes < 0:
        attributes = system.MOUNT_ATTR_RDONLY | system.MOUNT_ATTR_NOSUID | system.MOUNT_ATTR_NODEV
    system.set_attributes(inside, attributes)


def _write(path: str, text: str) -> None:
    with suppress(FileExistsError):
        os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
