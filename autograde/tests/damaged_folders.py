"""Damaged submissions: what happens to a folder, and what lies in one."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

from autograde.tests.damaged import DOUBLE, TWO_CELLS, damage, scratch


@damage("`1.2-double (1).ipynb` was graded as `1.2-double.ipynb`; it was recognized by what is in it")
def renamed_by_a_browser(folder: Path) -> None:
    """A second download."""
    (folder / f"{DOUBLE}.ipynb").rename(folder / f"{DOUBLE} (1).ipynb")


@damage("`MY HOMEWORK.ipynb` was graded as `1.2-double.ipynb`")
def renamed_by_hand(folder: Path) -> None:
    """Nothing of the old name is left."""
    (folder / f"{DOUBLE}.ipynb").rename(folder / "MY HOMEWORK.ipynb")


@damage("`Copy of 1.2-double.ipynb` was graded as", "recognized by its name only", double=0, person=True)
def renamed_and_rewritten(folder: Path) -> None:
    """Only the name tells which exercise it is, and there is no answer in it."""
    path = (folder / f"{DOUBLE}.ipynb").rename(folder / f"Copy of {DOUBLE}.ipynb")
    path.write_text(json.dumps({"cells": [scratch("print(5)")], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))


@damage("`1.2-double.ipynb.txt` was graded as")
def another_ending(folder: Path) -> None:
    """A mail program does not know notebooks."""
    (folder / f"{DOUBLE}.ipynb").rename(folder / f"{DOUBLE}.ipynb.txt")


@damage("`1-fundamentals/1.2-double.ipynb` was graded as")
def one_folder_deeper(folder: Path) -> None:
    """The whole folder was handed in."""
    (folder / "1-fundamentals").mkdir()
    (folder / f"{DOUBLE}.ipynb").rename(folder / "1-fundamentals" / f"{DOUBLE}.ipynb")


@damage(two_cells=4, missing=(DOUBLE,))
def one_is_missing(folder: Path) -> None:
    """Only one of two was handed in."""
    (folder / f"{DOUBLE}.ipynb").unlink()


@damage(missing=(DOUBLE,))
def all_are_missing(folder: Path) -> None:
    """The folder is empty."""
    (folder / f"{DOUBLE}.ipynb").unlink()


@damage("`notes.ipynb` is no exercise of 1-fundamentals")
def one_too_many(folder: Path) -> None:
    """Something else was handed in as well."""
    (folder / "notes.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')


@damage("`1.2-double-Copy1.ipynb` was graded as", "`1.2-double.ipynb` holds no other answers")
def worked_on_in_a_copy(folder: Path) -> None:
    """What has the right name is as it was released."""
    good = folder / f"{DOUBLE}.ipynb"
    (folder / f"{DOUBLE}-Copy1.ipynb").write_bytes(good.read_bytes())
    good.write_bytes((folder.parents[2] / "exercises" / folder.name / good.name).read_bytes())


@damage("`1.2-double-Copy1.ipynb` holds other answers; `1.2-double.ipynb` was graded", person=True)
def two_versions(folder: Path) -> None:
    """Both were worked on; the one with the right name is graded."""
    good = (folder / f"{DOUBLE}.ipynb").read_text("utf-8")
    (folder / f"{DOUBLE}-Copy1.ipynb").write_text(good.replace("mul(2", "mul(3"), "utf-8")


@damage("`1.2-double (2).ipynb` was graded as", "`1.2-double.ipynb` cannot be read as a notebook", person=True)
def the_other_can_be_read(folder: Path) -> None:
    """What has the right name is broken."""
    good = folder / f"{DOUBLE}.ipynb"
    good.rename(folder / f"{DOUBLE} (2).ipynb")
    good.write_text("{")


@damage("`1.4-two-cells.ipynb` was graded as `1.2-double.ipynb`", "graded as `1.4-two-cells.ipynb`", two_cells=4)
def names_exchanged(folder: Path) -> None:
    """Each is under the other's name."""
    first, second = folder / f"{DOUBLE}.ipynb", folder / f"{TWO_CELLS}.ipynb"
    first.rename(folder / "x")
    second.rename(first)
    (folder / "x").rename(second)


@damage("`timestamp.txt` holds no time that can be read", person=True)
def time_that_is_none(folder: Path) -> None:
    """Nobody knows whether it was late."""
    (folder / "timestamp.txt").write_text("yesterday")


@damage("`timestamp.txt` is a link", person=True)
def time_in_another_place(folder: Path) -> None:
    """A link could lead anywhere."""
    (folder / "timestamp.txt").symlink_to("/etc/hostname")


@damage("`timestamp.txt` is no file but a device, a pipe or a socket", person=True)
def time_that_never_comes(folder: Path) -> None:
    """To read it would take for ever."""
    os.mkfifo(folder / "timestamp.txt")


@damage("the submitted file is no file but a device", double=0, person=True)
def notebook_that_never_comes(folder: Path) -> None:
    """A FIFO under the notebook's name."""
    (folder / f"{DOUBLE}.ipynb").unlink()
    os.mkfifo(folder / f"{DOUBLE}.ipynb")


@damage("the submitted file is no file but a device", double=0, person=True)
def notebook_that_is_a_socket(folder: Path) -> None:
    """A socket of a program that has ended."""
    (folder / f"{DOUBLE}.ipynb").unlink()
    here = os.getcwd()
    os.chdir(folder)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"{DOUBLE}.ipynb")
    os.chdir(here)


@damage("the submitted file is a link, and links are not followed", double=0, person=True)
def link_outward(folder: Path) -> None:
    """A link to the solution."""
    path = folder / f"{DOUBLE}.ipynb"
    path.unlink()
    path.symlink_to(folder.parents[2] / "solutions" / folder.name / path.name)


@damage("the submitted file is a link, and links are not followed", double=0, person=True)
def link_to_nowhere(folder: Path) -> None:
    """What it led to is gone."""
    path = folder / f"{DOUBLE}.ipynb"
    path.unlink()
    path.symlink_to("gone.ipynb")


@damage("the submitted file is a folder", double=0, person=True)
def folder_named_like_the_notebook(folder: Path) -> None:
    """With nothing in it."""
    (folder / f"{DOUBLE}.ipynb").unlink()
    (folder / f"{DOUBLE}.ipynb").mkdir()


@damage("is a link, and links are not followed", double=0, two_cells=0, person=True)
def student_folder_is_a_link(folder: Path) -> None:
    """It leads to somebody else's work."""
    folder.parent.rename(folder.parents[2] / "elsewhere")
    folder.parent.symlink_to("../elsewhere")


@damage("is a link, and links are not followed", double=0, two_cells=0, person=True)
def section_folder_is_a_link(folder: Path) -> None:
    """The same one step further down."""
    folder.rename(folder.parents[2] / "elsewhere-too")
    folder.symlink_to("../../elsewhere-too")


@damage("the folder `1-fundamentals` is no folder", double=0, two_cells=0, person=True)
def section_is_a_file(folder: Path) -> None:
    """An archive that nobody has unpacked."""
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_bytes(b"PK\x03\x04")


@damage("had no effect")
def other_files(folder: Path) -> None:
    """Programs under names that would be imported, a configuration, links: none of them is taken."""
    for name in ("socket", "sitecustomize", "ipykernel_launcher", "autograde", "nbgrader_config", "operator"):
        (folder / f"{name}.py").write_text("open('HACKED', 'w').close()\nraise SystemExit('hacked')\n")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "folder").symlink_to("/etc")
    os.mkfifo(folder / "pipe")


@damage()
def name_with_odd_characters(folder: Path) -> None:
    """The student's folder is named like a pattern of files, and has marks of HTML and of the shell in it."""
    folder.parent.rename(folder.parents[1] / "[o*d?] {0} <b>é'$(x)")
