"""The examples of failing conversations in the docs: `docs/stories/*.py`, each an answer and, after `# %%`, a check.

Their stories and pictures are stored beside them and shown by `docs/stories.md`. After a change of the words or the
drawing, read what has changed, and then write them anew:

    python3 -m autograde.tests.stories
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from autograde.examiner.runner import run_like_a_notebook
from autograde.examiner.score import Row, Score
from autograde.examiner.submitted import Answer, answers

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = DOCS / "stories"
PORT = "40123"

BEGINNING = """# What a failed check tells: twenty conversations

Each of these is a check that failed, as a student sees it: the answer, the story, the picture. They are made by
`python3 -m autograde.tests.stories` and compared by the tests.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """One file: its title, the answer cell, the check cell."""

    path: Path
    title: str
    answer: str
    check: str

    @property
    def stem(self) -> str:
        """The name of its story and picture."""
        return self.path.stem


def examples() -> list[Example]:
    """All of them, in order."""
    return [_read(path) for path in sorted(FOLDER.glob("*.py"))]


def _read(path: Path) -> Example:
    text = path.read_text("utf-8")
    answer, check = text.split("# %% the check\n")
    title = ast.get_docstring(ast.parse(text)) or path.stem
    return Example(path, title.rstrip("."), answer.split('"""', 2)[2].strip() + "\n", check)


def outcome(example: Example) -> Row:
    """The one claim of the example, tried."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    exec("from autograde import *", namespace)
    with answers([Answer(example.answer)]):
        score = run_like_a_notebook(example.check, f"<{example.stem}>", namespace)
    assert isinstance(score, Score)
    (row,) = score.rows
    return row


def settled(text: str) -> str:
    """Without what differs from run to run: ports and temporary names."""
    text = re.sub(r"(127\.0\.0\.1:|127\.0\.0\.1&#x27;, |127\.0\.0\.1', )\d+", rf"\g<1>{PORT}", text)
    text = re.sub(r"(\(?\|\|\|?)\d+(\|\)?)", rf"\g<1>{PORT}\g<2>", text)  # a reply to EPSV
    return re.sub(r"(with seed |\bport )\d+", r"\g<1>7", text)


def page(stories: dict[str, str]) -> str:
    """The page that shows them all, from the texts by their stems."""
    parts = [BEGINNING]
    for example in examples():
        parts.append(
            f"## {example.title}\n\n```python\n{example.answer}```\n\n```text\n{stories[example.stem]}\n```\n\n"
            f"![{example.title}: what passed](stories/{example.stem}.svg)\n"
        )
    return "\n".join(parts)


def main() -> None:
    """Write every story and picture, and the page."""
    stories = {}
    for example in examples():
        row = outcome(example)
        stories[example.stem] = settled(row.story)
        (FOLDER / f"{example.stem}.txt").write_text(stories[example.stem] + "\n", "utf-8")
        (FOLDER / f"{example.stem}.svg").write_text(settled(row.picture), "utf-8")
        print(f"{example.stem}: {row.outcome}")
    (DOCS / "stories.md").write_text(page(stories), "utf-8")


if __name__ == "__main__":
    main()
