"""Damaged submissions: what happens to a file on its way."""

from __future__ import annotations

import zipfile
from pathlib import Path

from autograde.tests.damaged import DOUBLE, GOOD_ANSWERS, cell, damage, edited, scratch


@damage("the submitted file cannot be read as a notebook (it is empty)", double=0, person=True)
def file_empty(folder: Path) -> None:
    """A disk was full."""
    (folder / f"{DOUBLE}.ipynb").write_bytes(b"")


def cut(folder: Path, before: str) -> None:
    """Keep of the file what stands before these words."""
    path = folder / f"{DOUBLE}.ipynb"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index(before)], "utf-8")


@damage("cut off; 3 cells of it could be read", person=True)
def file_cut_off_below_the_answer(folder: Path) -> None:
    """An upload was broken off; the answer had arrived."""
    cut(folder, '"check-basics"')


@damage("cut off; 2 cells of it could be read", "`answer-double` was missing", double=0, person=True)
def file_cut_off_within_the_answer(folder: Path) -> None:
    """Half an answer is none."""
    cut(folder, "twice = ")


@damage("cut off; 2 cells of it could be read", "`answer-double` was missing", double=0, person=True)
def file_cut_off_within_an_output(folder: Path) -> None:
    """The text of a cell comes after its outputs, so it is lost with them."""
    with edited(folder) as notebook:
        cell(notebook, "answer-double")["outputs"] = [{"output_type": "stream", "text": "x" * 9999}]
    cut(folder, "x" * 5000)


@damage("cut off; 5 cells of it could be read", person=True)
def file_with_a_hole(folder: Path) -> None:
    """Some bytes in the middle are lost; the cells after them are not."""
    path = folder / f"{DOUBLE}.ipynb"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"cell_type": "code"', '"cell_', 1), "utf-8")


@damage("cut off; 5 cells of it could be read", "`setup` was missing", person=True)
def merge_conflict(folder: Path) -> None:
    """Git has written its marks into a cell."""
    path = folder / f"{DOUBLE}.ipynb"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"id": "setup"', '<<<<<<< HEAD\n"id": "setup"\n=======\n>>>>>>> theirs'), "utf-8")


@damage("holds more than a notebook", person=True)
def file_stored_twice(folder: Path) -> None:
    """The same text once more."""
    path = folder / f"{DOUBLE}.ipynb"
    path.write_text(path.read_text("utf-8") * 2, "utf-8")


@damage()
def file_filled_up_with_nuls(folder: Path) -> None:
    """A file system's way to end a file."""
    path = folder / f"{DOUBLE}.ipynb"
    path.write_bytes(path.read_bytes() + bytes(4096))


@damage()
def nuls_in_the_answer(folder: Path) -> None:
    """Python refuses them, and nobody sees them."""
    path = folder / f"{DOUBLE}.ipynb"
    path.write_bytes(path.read_bytes().replace(b"twice", b"twi\0ce").replace(b"operator", b"oper\\u0000ator"))


def stored_as(encoding: str, folder: Path) -> None:
    """Store the notebook in another encoding."""
    path = folder / f"{DOUBLE}.ipynb"
    path.write_bytes(path.read_text("utf-8").encode(encoding))


@damage()
def byte_order_mark(folder: Path) -> None:
    """Editors on Windows put one in front."""
    stored_as("utf-8-sig", folder)


@damage("in UTF-16")
def utf_16(folder: Path) -> None:
    """PowerShell's redirection writes it."""
    stored_as("utf-16", folder)


@damage("in UTF-16-LE")
def utf_16_without_a_mark(folder: Path) -> None:
    """The pattern of its zeros tells."""
    stored_as("utf-16-le", folder)


@damage("in UTF-32")
def utf_32(folder: Path) -> None:
    """Nobody does that."""
    stored_as("utf-32", folder)


@damage("in UTF-32-BE")
def utf_32_without_a_mark(folder: Path) -> None:
    """And nobody does that."""
    stored_as("utf-32-be", folder)


@damage("was read as Latin-1")
def latin_1(folder: Path) -> None:
    """An old editor, and a comment with an umlaut."""
    stored_as("latin-1", folder)


@damage("some characters of the file are damaged", person=True)
def bytes_damaged(folder: Path) -> None:
    """One byte of a comment is wrong, the other umlauts are right."""
    path = folder / f"{DOUBLE}.ipynb"
    path.write_bytes(path.read_bytes().replace("täglich".encode(), "täglich".encode() + b"\xff"))


@damage()
def windows_line_ends(folder: Path) -> None:
    """In the file, and in the text of every cell."""
    path = folder / f"{DOUBLE}.ipynb"
    path.write_bytes(path.read_bytes().replace(b"\\n", b"\\r\\n").replace(b"\n", b"\r\n"))


@damage()
def old_line_ends(folder: Path) -> None:
    """A bare carriage return, as on very old systems."""
    path = folder / f"{DOUBLE}.ipynb"
    path.write_bytes(path.read_bytes().replace(b"\\n", b"\\r").replace(b"\n", b"\r"))


@damage("(it is a ZIP archive", double=0, person=True)
def zip_archive(folder: Path) -> None:
    """The notebook was packed and renamed."""
    path = folder / f"{DOUBLE}.ipynb"
    content = path.read_bytes()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(path.name, content)


@damage("(it is a PDF)", double=0, person=True)
def pdf(folder: Path) -> None:
    """It was printed."""
    (folder / f"{DOUBLE}.ipynb").write_bytes(b"%PDF-1.7\n\xff\xfe")


@damage("(it is a web page)", double=0, person=True)
def web_page(folder: Path) -> None:
    """What a browser stores when a login is due."""
    (folder / f"{DOUBLE}.ipynb").write_text("\n<!DOCTYPE html><html><body>Please log in</body></html>")


@damage("(it is not JSON", double=0, person=True)
def python_script(folder: Path) -> None:
    """The answer as a program."""
    (folder / f"{DOUBLE}.ipynb").write_text(GOOD_ANSWERS[DOUBLE]["answer-double"], "utf-8")


@damage("(it is JSON, but not that of a notebook)", double=0, person=True)
def other_json(folder: Path) -> None:
    """A list."""
    (folder / f"{DOUBLE}.ipynb").write_text("[1, 2]")


@damage("(it is nested too deeply)", double=0, person=True)
def nested_deeply(folder: Path) -> None:
    """Nothing but brackets."""
    (folder / f"{DOUBLE}.ipynb").write_text('{"cells": ' + "[" * 100_000)


@damage()
def endless_number(folder: Path) -> None:
    """Python reads no integer of so many digits."""
    with edited(folder) as notebook:
        notebook["metadata"]["number"] = "?"
    path = folder / f"{DOUBLE}.ipynb"
    path.write_text(path.read_text("utf-8").replace('"?"', "9" * 10_000), "utf-8")


@damage("old format 3")
def format_3(folder: Path) -> None:
    """Worksheets, and `input` for a cell's text."""
    with edited(folder) as notebook:
        for one in notebook["cells"]:
            del one["id"]
            if one["cell_type"] == "code":
                one["input"] = one.pop("source").splitlines(keepends=True)
        sheets = [{"cells": notebook.pop("cells"), "metadata": {}}]
        notebook.update(worksheets=sheets, nbformat=3, nbformat_minor=0)


@damage("old format 1")
def format_1(folder: Path) -> None:
    """`code` for a program, `text` for a text."""
    with edited(folder) as notebook:
        for one in notebook["cells"]:
            del one["id"]
            one["code" if one["cell_type"] == "code" else "text"] = one.pop("source")
            one["cell_type"] = one["cell_type"].replace("markdown", "text")
        notebook.update(nbformat=1)


@damage("format 6, which is newer than 4")
def format_6(folder: Path) -> None:
    """Of a future that nobody knows."""
    with edited(folder) as notebook:
        notebook.update(nbformat=6, nbformat_minor=1)


@damage("says its language is `julia`")
def other_kernel(folder: Path) -> None:
    """The kernel was changed by mistake, or starts a program."""
    with edited(folder) as notebook:
        notebook["metadata"] = {"kernelspec": {"name": "../../evil", "language": "julia", "display_name": "<b>"}}


@damage()
def large_outputs(folder: Path) -> None:
    """30 MB were printed. (The measurements with 100 MB and more are not part of the tests.)"""
    with edited(folder) as notebook:
        lines = ['a line with "marks" and \\ in it\n'] * 1_000_000
        cell(notebook, "answer-double")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": lines}]


@damage("has more than 5,000 cells and was not read", double=0, person=True)
def too_many_cells(folder: Path) -> None:
    """A loop has written them."""
    with edited(folder) as notebook:
        notebook["cells"] += [scratch("")] * 5000


@damage("holds more than 2 MB beside its outputs and was not read", double=0, person=True)
def too_much_text(folder: Path) -> None:
    """Data was pasted into a cell."""
    with edited(folder) as notebook:
        notebook["cells"].append(scratch("x" * 3_000_000))
