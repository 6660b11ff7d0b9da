"""Making `.venv`: the first call in a fresh checkout, and the repair of whatever an earlier one left.

`make()` returns with a finished environment or raises SystemExit with one plain sentence. It may be interrupted, killed
or fail at any point: the stamp says "unfinished" from the first moment to the last, so the next call starts anew. Calls
at the same time wait for each other.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Iterator
from typing import IO

from autograde import bootstrap
from autograde.first_call.install import count, install, run
from autograde.first_call.progress import Progress, say
from autograde.first_call.trouble import ROOM, SAME_COMMAND, Failed, how_to_get_venv, what_to_do

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

UNFINISHED = "unfinished\n"
CHANGED_PINS = "The course's packages have changed since the last call: bringing .venv up to date."


def make() -> None:
    """Make, update or replace `.venv`, so that `bootstrap.is_finished()` holds.

    Raises SystemExit(sentence) where that cannot be, and SystemExit(130) after a sentence if interrupted.
    """
    try:
        with _one_call_at_a_time() as lock:
            if not bootstrap.is_finished():  # the call that was waited for may just have done it
                _make(lock)
    except KeyboardInterrupt:
        say("Interrupted before the course was set up: give the same command again when you want to go on.")
        raise SystemExit(130) from None
    except OSError as error:
        raise SystemExit(what_to_do(Failed.from_system(error), bootstrap.ROOT, "")) from None


def _make(lock: int | None) -> None:
    reason = why_not_usable()
    if reason:
        say(reason)
    started = time.monotonic()
    with _failures_as_sentences():
        if reason != CHANGED_PINS:
            _clear()
            _refuse_without_venv()
            _refuse_without_room()
        _install_everything(lock, new=reason != CHANGED_PINS)
        _write_stamp(bootstrap.ENVIRONMENT, _python_of_environment(), bootstrap.read(bootstrap.PINS))
    say(f"The course is set up, after {time.monotonic() - started:.0f} seconds.")


def _install_everything(lock: int | None, *, new: bool) -> None:
    total = count(bootstrap.read(bootstrap.PINS))
    if new:
        say(f"Setting up the course in .venv: {total} packages, 450 MB. This is done once and takes a minute or two.")
    with Progress(total) as progress:
        if new:
            progress.show("making the environment", 0)
            os.mkdir(bootstrap.ENVIRONMENT)
            _write_stamp(UNFINISHED)
            # In two steps, because venv keeps to itself why pip could not be put into the new environment.
            run([sys.executable, "-I", "-m", "venv", "--without-pip", bootstrap.ENVIRONMENT], lock)
            run([bootstrap.PYTHON, "-I", "-m", "ensurepip", "--upgrade", "--default-pip"], lock)
        else:
            # Between two sets of packages it fits neither. The lines before this one let the next call update again.
            _write_stamp(bootstrap.ENVIRONMENT, bootstrap.stamped()["python"], UNFINISHED)
        install(bootstrap.PYTHON, ["--requirement", bootstrap.PINS], lock, progress)
        # The lock names everything that is needed, the build backend too, so this last step fetches nothing.
        itself = ["--no-build-isolation", "--no-deps", "--editable", bootstrap.ROOT]
        install(bootstrap.PYTHON, itself, lock, progress)


def why_not_usable() -> str:
    """A sentence that says why `.venv` cannot be used as it is; empty if there is none at all.

    Raises SystemExit if `.venv` is nothing that may be replaced.
    """
    if not os.path.lexists(bootstrap.ENVIRONMENT):
        return ""
    stamp, base = bootstrap.stamped(), bootstrap.base_python()
    if not stamp["python"]:
        return _why_without_stamp(base)
    if stamp["place"] != bootstrap.ENVIRONMENT:
        return "The environment in .venv was made for another folder and does not work here: making it anew."
    if not os.path.exists(bootstrap.PYTHON) or not os.path.exists(base):
        return f"The Python that .venv was made with ({base or 'unknown'}) is no longer there: making .venv anew."
    return CHANGED_PINS


def _why_without_stamp(base: str) -> str:
    if _is_ours():
        return "The environment in .venv is unfinished, as an interrupted call leaves it: making it anew."
    if base or os.path.islink(bootstrap.ENVIRONMENT):
        return "The environment in .venv was not made by this command: making it anew."
    raise SystemExit(
        f"{bootstrap.ENVIRONMENT} is not a Python environment, so it is left alone: move it somewhere else, "
        f"{SAME_COMMAND}"
    )


def _is_ours() -> bool:
    """Whether `.venv` is an environment that was begun here: it holds the stamp, or its draft, or nothing yet."""
    if not os.path.isdir(bootstrap.ENVIRONMENT):
        return False
    names = os.listdir(bootstrap.ENVIRONMENT)
    return not names or any(name.startswith(os.path.basename(bootstrap.STAMP)) for name in names)


def _refuse_without_venv() -> None:
    for module in ("venv", "ensurepip"):
        # Looked for inside of it, since an uninstalled package may leave an empty folder of its name.
        if importlib.util.find_spec(module) is None or importlib.util.find_spec(f"{module}.__main__") is None:
            raise SystemExit(how_to_get_venv())


def _refuse_without_room() -> None:
    """Say so before the minutes of downloading, where it can be known before."""
    if shutil.disk_usage(bootstrap.ROOT).free < ROOM:
        raise OSError(errno.ENOSPC, "not enough room for the packages")


_REMAINS = bootstrap.ENVIRONMENT + ".old"


def _clear() -> None:
    """Remove `.venv`. It is renamed first, so that no half-removed environment can be mistaken for a whole one."""
    if os.path.isdir(_REMAINS):
        shutil.rmtree(_REMAINS)
    if os.path.islink(bootstrap.ENVIRONMENT) or os.path.isfile(bootstrap.ENVIRONMENT):
        os.unlink(bootstrap.ENVIRONMENT)
    elif os.path.isdir(bootstrap.ENVIRONMENT):
        os.rename(bootstrap.ENVIRONMENT, _REMAINS)
        shutil.rmtree(_REMAINS)


def _python_of_environment() -> str:
    """As the environment's own interpreter says it: an update may be made by a call with another one."""
    asked = "import sys; print('Python {}.{}'.format(*sys.version_info))"
    return run([bootstrap.PYTHON, "-I", "-c", asked]).strip()


def _write_stamp(*lines: str) -> None:
    """Replace the stamp in one step: it holds either the old text or the new one, never a part."""
    draft = bootstrap.STAMP + ".draft"
    with open(draft, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines))
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, bootstrap.STAMP)


@contextlib.contextmanager
def _one_call_at_a_time() -> Iterator[int | None]:
    """Hold the checkout's lock for the block, waiting for another call that has it.

    Gives the lock's descriptor where programs that are started can inherit it: if this call is killed while its pip
    still writes, the next one waits for that pip as well.
    """
    with open(bootstrap.ENVIRONMENT + ".lock", "a", encoding="utf-8") as file:
        if not _is_locked_now(file):
            say("Another call is setting up the course: waiting for it.")
            while not _is_locked_now(file):
                time.sleep(0.5)
        yield None if sys.platform == "win32" else file.fileno()


def _is_locked_now(file: IO[str]) -> bool:
    """Try to take the lock, which ends with the file's last descriptor."""
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A file system that knows no locks must not keep anyone from the course.
        return error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
    return True


@contextlib.contextmanager
def _failures_as_sentences() -> Iterator[None]:
    """Turn what failed inside the block into SystemExit with the sentence that says what to do."""
    try:
        yield
    except (Failed, OSError) as error:
        failure = error if isinstance(error, Failed) else Failed.from_system(error)
        if failure.is_about_disk:
            shutil.rmtree(bootstrap.ENVIRONMENT, ignore_errors=True)  # give back the room that the attempt took
        raise SystemExit(what_to_do(failure, bootstrap.ROOT, _keep(failure.output))) from None


def _keep(output: str) -> str:
    """Put the whole output of what failed into a file, so that someone can help, and return its path."""
    path = os.path.join(bootstrap.ENVIRONMENT, "setup-log.txt")
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(output)
    except OSError:
        return ""
    return path
