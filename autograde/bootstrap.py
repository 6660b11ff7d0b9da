"""From whichever Python was called to one that has the course's packages.

`enter()` returns if the running interpreter has them. If not, the command goes on in `.venv`, which is made first
where there is none that is finished, and `enter()` does not return. A finished environment carries a stamp, written
last, that says for which place, Python and packages it was made; whatever does not match is not used.

This file must be readable by Pythons that the course does not support, so that they can say so: no syntax newer than
Python 3.6. It must also be quick, since it runs before every command.
"""

import os
import subprocess
import sys
import typing

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
ENVIRONMENT = os.path.join(ROOT, ".venv")
STAMP = os.path.join(ENVIRONMENT, "made-by-loopback.txt")
PINS = os.path.join(ROOT, "autograde", "pins.txt")
MAIN = os.path.join(ROOT, "autograde", "__main__.py")
if os.name == "nt":
    PYTHON = os.path.join(ENVIRONMENT, "Scripts", "python.exe")
else:
    PYTHON = os.path.join(ENVIRONMENT, "bin", "python")


def enter() -> None:
    """Return in an interpreter that has the pinned packages; in any other go on in `.venv`, and do not return.

    Raises SystemExit with one plain sentence if that cannot be.
    """
    _refuse_unsupported(sys.version_info[:2])
    inside = os.path.realpath(sys.prefix) == os.path.realpath(ENVIRONMENT)
    if inside and os.path.exists(STAMP):
        _enter_from_inside()
    elif has_pinned_packages():
        return
    elif inside:
        _leave_to_base()
    else:
        if not is_finished():
            from autograde.first_call import environment

            environment.make()
        go_on_in(PYTHON)


def _refuse_unsupported(found: typing.Tuple[int, ...]) -> None:
    if not OLDEST <= found <= NEWEST:
        name = os.path.basename(sys.executable or "python3")
        raise SystemExit(
            "Loopback needs Python 3.11, 3.12 or 3.13, but {} is Python {}.{}: install one of these, then give "
            "the same command with it, for example: python3.13 -m autograde".format(name, found[0], found[1])
        )


def _enter_from_inside() -> None:
    """In `.venv` itself: return if it is whole, else leave its repair to the Python that it was made with."""
    if is_finished() and stamped()["python"] != running_python():  # its base was replaced: seen only from inside
        os.remove(STAMP)
    if not is_finished():
        _leave_to_base()


def _leave_to_base() -> "typing.NoReturn":
    base = getattr(sys, "_base_executable", "")
    if not base or os.path.abspath(base) == os.path.abspath(sys.executable):
        raise SystemExit(
            "The environment in {} is not whole and cannot repair itself: delete that folder, then give the same "
            "command with a Python outside of it.".format(ENVIRONMENT)
        )
    go_on_in(base)


def has_pinned_packages() -> bool:
    """Whether the running interpreter has every direct dependency at its pinned version (conda, a CI image, …)."""
    import importlib.util

    if importlib.util.find_spec("nbgrader") is None:  # spares a plain Python the slower look at all of them
        return False
    from importlib import metadata

    try:
        return all(metadata.version(name) == version for name, version in direct_pins())
    except metadata.PackageNotFoundError:
        return False


def direct_pins() -> typing.List[typing.Tuple[str, str]]:
    """Name and version of every direct dependency, from pyproject.toml."""
    import tomllib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        dependencies = tomllib.load(file)["project"]["dependencies"]
    return [tuple(dependency.split("==")) for dependency in dependencies]


def is_finished() -> bool:
    """Whether `.venv` was made to its end, here, with the packages of today, and its Python is still there."""
    stamp = stamped()
    return (
        stamp["place"] == ENVIRONMENT
        and stamp["packages"] == read(PINS)
        and os.path.exists(PYTHON)
        and os.path.exists(base_python())
    )


def stamped() -> typing.Dict[str, str]:
    """What the stamp says: `place`, `python` and `packages`, each empty if there is no finished stamp."""
    place, _, rest = read(STAMP).partition("\n")
    python, _, packages = rest.partition("\n")
    return {"place": place, "python": python, "packages": packages}


def running_python() -> str:
    """The version that decides which environments fit, such as "Python 3.11"."""
    return "Python {}.{}".format(*sys.version_info[:2])


def base_python() -> str:
    """The interpreter that `.venv` was made with, or "" where nothing says so."""
    for line in read(os.path.join(ENVIRONMENT, "pyvenv.cfg")).splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "executable":
            return value.strip()
    return ""


def read(path: str) -> str:
    """The text of a file, or "" if it is not there."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def go_on_in(python: str) -> "typing.NoReturn":
    """Obey the same command line with another interpreter, and end with its exit code."""
    command = [python, MAIN, *sys.argv[1:]]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(python, command)
    # Windows has no exec: the shell would take the command for ended and prompt into its output.
    process = subprocess.Popen(command)
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:  # the other interpreter was interrupted as well, and decides how to end
            continue
