"""Every link of the course and its docs leads somewhere, and stays in the checkout, which is all JupyterLab sees."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from traitlets.config.loader import PyFileConfigLoader

from autograde import bootstrap

ROOT = Path(bootstrap.ROOT)

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)|\b(?:href|src)=[\"']([^\"']+)[\"']")
CODE = re.compile(r"^(```+).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Every notebook of the course and every Markdown page that belongs to the project."""
    notebooks = [path for folder in ("course", "exercises", "solutions") for path in (ROOT / folder).rglob("*.ipynb")]
    kept = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False)
    texts = [ROOT / name for name in kept.stdout.split("\0") if name] or [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]
    found = [path for path in notebooks if ".ipynb_checkpoints" not in path.parts]
    return sorted([*found, *(path for path in texts if path.is_file())])


def text_of(page: Path) -> str:
    """What a reader sees of it as text."""
    if page.suffix != ".ipynb":
        return page.read_text("utf-8")
    cells = nbformat.read(page, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def links_of(text: str) -> list[str]:
    """The targets of its links, without those that are shown as code."""
    return [first or second for first, second in LINK.findall(CODE.sub("", text))]


def headings_of(page: Path) -> set[str]:
    """The anchors that GitHub makes of headings."""
    titles = re.findall(r"^#+ +(.+)$", CODE.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken(page: Path, folder: Path) -> Iterator[str]:
    """The links of a page that lead nowhere, if it lies in that folder."""
    for link in links_of(text_of(page)):
        parts = urlsplit(link)
        if parts.scheme in ("http", "https", "mailto"):
            continue
        target = Path(folder, unquote(parts.path)).resolve() if parts.path else page
        if not target.exists() or not target.is_relative_to(ROOT):
            yield f"{page.relative_to(ROOT)}: {link} leads nowhere"
        elif parts.fragment and target.suffix == ".md" and parts.fragment not in headings_of(target):
            yield f"{page.relative_to(ROOT)}: {link}: there is no such heading"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Followed from where the page lies."""
    assert list(broken(page, page.parent)) == []


@pytest.mark.parametrize("page", sorted((ROOT / "exercises").glob("*/*.ipynb")), ids=lambda page: page.stem)
def test_links_of_fetched_exercises_lead_somewhere(page: Path) -> None:
    """nbgrader puts what students fetch into a folder of the checkout, from which the lessons are as near."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    fetched = ROOT / config.Exchange.assignment_dir / page.parent.name
    assert not fetched.is_relative_to(ROOT / "exercises")
    links = [link for link in links_of(text_of(page)) if link.startswith("../")]
    assert links
    assert [link for link in links if not Path(fetched, link).resolve().is_file()] == []


def test_links_are_seen_in_each_of_their_forms() -> None:
    """Pictures, anchors, titles, HTML; what is shown as code is no link."""
    text = (
        "[a](a.md) ![b](<b.svg>) [c](c.ipynb#part) <img src='d.png'>\n`[e](e.md)`\n"
        '```\n[f](f.md)\n```\n[g](g.md "title") [`h`](h.md)'
    )
    assert links_of(text) == ["a.md", "b.svg", "c.ipynb#part", "d.png", "g.md", "h.md"]


def test_the_pages_have_links() -> None:
    """A reader that finds no link in an index would prove nothing."""
    assert len(links_of(text_of(ROOT / "course" / "index.ipynb"))) >= 17
    assert len(pages()) >= 30
    (first, *_) = broken(ROOT / "course" / "index.ipynb", ROOT)
    assert "leads nowhere" in first
