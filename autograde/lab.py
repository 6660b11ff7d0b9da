"""`lab`: JupyterLab on the course, the same for everyone, whatever else Jupyter is set up for on this machine.

The server is rooted at the checkout and listens on 127.0.0.1. Its settings are given on its command line and in the
environment of this process, so no file of the user's is written, but for the signatures by which Jupyter trusts
notebooks.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from autograde import bootstrap

ROOT = Path(bootstrap.ROOT)


def open_lab(*, browser: bool, port: int | None) -> int:
    """Run JupyterLab until it is ended, and return the exit code."""
    os.environ.update(jupyter_environment())
    os.chdir(ROOT)  # nbgrader looks for nbgrader_config.py in the working directory
    trust_the_lessons()
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(arguments(browser=browser, port=port))
    return 0


def arguments(*, browser: bool, port: int | None) -> list[str]:
    """What JupyterLab is told on its command line."""
    chosen = [
        f"--ServerApp.root_dir={ROOT}",
        "--ServerApp.ip=127.0.0.1",
        "--LabApp.default_url=/lab/tree/course/index.ipynb",
        # A course about sockets on this machine needs nothing from outside: no news, no updates, no extension shop.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    if port is not None:
        chosen.append(f"--ServerApp.port={port}")
    if not browser:
        chosen.append("--no-browser")
    if sys.platform != "win32" and os.geteuid() == 0:
        # Root is who one is in a container. The server is for this machine only, and still asks for its token.
        chosen.append("--allow-root")
    return chosen


def jupyter_environment() -> dict[str, str]:
    """The environment variables with which Jupyter's programs find this course's Python, and no other."""
    share = os.path.join(sys.prefix, "share", "jupyter")
    return {
        # nbgrader calls alembic by its bare name.
        "PATH": _first(os.path.dirname(sys.executable), "PATH"),
        # JupyterLab's settings for this course: it does not ask whether to fetch news.
        "JUPYTER_CONFIG_PATH": _first(str(ROOT / "autograde" / "jupyter"), "JUPYTER_CONFIG_PATH"),
        # Before the user's own, so that "python3" is the kernel beside this interpreter.
        "JUPYTER_PATH": _first(share, "JUPYTER_PATH"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        # Also where the packages are installed but the course is not (conda, a CI image).
        "PYTHONPATH": _first(str(ROOT), "PYTHONPATH"),
    }


def _first(entry: str, variable: str) -> str:
    others = [other for other in os.environ.get(variable, "").split(os.pathsep) if other and other != entry]
    return os.pathsep.join([entry, *others])


def trust_the_lessons() -> None:
    """Sign the lessons as trusted, so that JupyterLab shows the pictures stored in them without running them first."""
    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for path in sorted(ROOT.glob("course/*/*.ipynb")):
        try:
            notebook = nbformat.read(path, as_version=4)
        except (nbformat.reader.NotJSONError, nbformat.ValidationError):
            continue  # JupyterLab says better what is wrong with it, when it is opened
        if not notary.check_signature(notebook):
            notary.sign(notebook)
