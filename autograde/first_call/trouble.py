"""What can go wrong while `.venv` is made, and the one plain sentence that says what to do about it."""

from __future__ import annotations

import errno
import sys

ROOM = 700_000_000
"""Bytes that a new environment needs: 450 MB when it is done, and what pip unpacks on the way."""

SAME_COMMAND = "then give the same command again."

DISK = (errno.ENOSPC, errno.EDQUOT)
PERMISSION = (errno.EACCES, errno.EPERM, errno.EROFS)
WINDOWS_DISK = "[WinError 112]"
NETWORK = (
    "Retrying (",
    "connection broken",
    "Max retries exceeded",
    "ReadTimeout",
    "ConnectionError",
    "versions: none",
)


class Failed(Exception):
    """A program failed; `output` is all that it said."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output

    @classmethod
    def from_system(cls, error: OSError) -> Failed:
        """A failed system call of our own, in the words in which pip would report it."""
        return cls(f"[Errno {error.errno}] {error}")

    @property
    def is_about_disk(self) -> bool:
        """No room, or no more of it for this user."""
        return WINDOWS_DISK in self.output or self._has_errno(DISK)

    @property
    def is_about_permission(self) -> bool:
        """A folder or a file that may not be written."""
        return self._has_errno(PERMISSION)

    @property
    def is_about_network(self) -> bool:
        """The package index could not be reached, or had not even one version of a package to offer."""
        return any(word in self.output for word in NETWORK)

    @property
    def gist(self) -> str:
        """The last thing that was called an error, else the last thing that was said."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()] or ["no reason was given"]
        return next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])

    def _has_errno(self, numbers: tuple[int, ...]) -> bool:
        """Numbers are looked for, since the words beside them are in the user's language."""
        return any(f"[Errno {number}]" in self.output for number in numbers)


def what_to_do(failure: Failed, folder: str, log: str) -> str:
    """The sentence for the user. `folder` is the checkout, `log` the file that holds all of the output, or ""."""
    if failure.is_about_disk:
        return (
            f"The disk is full: the course needs {ROOM // 1_000_000} MB in {folder}, and pip some in the folder for "
            f"temporary files: free some space, {SAME_COMMAND}"
        )
    if failure.is_about_permission:
        return (
            f"The course cannot write to {folder}: make it writable or copy the course to a folder of your own, "
            f"{SAME_COMMAND}"
        )
    if failure.is_about_network:
        return (
            "The packages could not be downloaded, because the package index did not answer: connect to the Internet "
            f"(behind a proxy, set HTTPS_PROXY), {SAME_COMMAND}"
        )
    see = f"see {log}, " if log else ""
    return f"The course could not be set up ({failure.gist}): {see}put that right, {SAME_COMMAND}"


def how_to_get_venv() -> str:
    """The sentence for a Python that its distributor ships without the means to make environments."""
    package = "python{}.{}-venv".format(*sys.version_info)
    return (
        f"This Python ({sys.executable}) cannot make environments, because its venv module is not complete: install it "
        f"(Debian and Ubuntu: sudo apt install {package}) or use another Python, {SAME_COMMAND}"
    )
