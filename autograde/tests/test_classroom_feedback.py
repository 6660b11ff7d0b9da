"""Feedback shows the visible check, story, picture, repairs and hint; nothing that is hidden, nothing that runs."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograde.classroom import notebooks, stock
from autograde.classroom.course import Course
from autograde.classroom.feedback import harmless_html, highlighted
from autograde.classroom.grade import grade_section
from autograde.classroom.hidden import released, without_hidden
from autograde.classroom.record import database
from autograde.classroom.settings import load_config
from autograde.examiner.examine import CellVerdict, ClaimVerdict
from autograde.tests.test_classroom_stock import nbgrader
from autograde.tests.tiny_course import cell, double_notebook, hand_in, make_tiny_course, write

SECTION = "1-fundamentals"

CHECK = """\
double = submitted("double").within(3.0)
score = Score(points=2)
# This line is for everybody.
### BEGIN HIDDEN TESTS
secret_limit = 41
with score("Forty-one is doubled"):
    assert double(secret_limit) == secret_limit * 2
with score("The negative is smaller"):
    assert double.within(2.0)(-7) < secret_limit - 51 + len(str(secret_limit))
with score("It is done"):
    assert not (double(3) != 6 and secret_limit)
with score("Somebody calls"):
    from autograde import peer, expects
    with peer(expects(b"hello")) as server:
        double(server.port)
### END HIDDEN TESTS
score
"""

BREAKS = """\
score = Score(points=1)
### BEGIN HIDDEN TESTS
with score("This check breaks"):
    treasure_map = {"cave": 1}
    assert treasure_map["hill"] == 1
### END HIDDEN TESTS
score
"""

SECRETS = [
    "secret_limit", "within(2.0)", "treasure_map", "hill", "HIDDEN TESTS", "from autograde import peer", "smaller\"):",
]  # fmt: skip
"""What no student may read, since it is in the hidden parts and nowhere else."""

WRONG = "print('<script>alert(1)</script>')\n\n\ndef double(n):\n    return n"

HOSTILE = """\
<script>alert(2)</script> <img src=x onerror="alert(3)"> [a](javascript:alert(4))
<a href="&#106;avascript:alert(5)">b</a>
<svg onload=alert(6)></svg> <iframe src="https://example.com"></iframe> ![p](attachment:p.png)
<input id="check-basics" class="score"> <p style="position: fixed" class="modal">c</p> <!-- alert(7) -->
<details open ontoggle=alert(8)>d</details>

| `a < b` | *e* |
|---|---|

```python
if x < 3: pass
```
"""


class Tags(HTMLParser):
    """The tags of a page, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note some text."""
        self.text += data


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class that went through `nbgrader autograde` and `nbgrader generate_feedback`."""
    course = make_tiny_course(tmp_path_factory.mktemp("feedback"))
    source = double_notebook()
    source.cells[4:5] = [cell("check-faults", CHECK, points=2), cell("check-more", BREAKS, points=1)]
    write(course.find(["1.2"])[0].source, source)
    nbgrader(course, "generate_assignment", SECTION)
    path = hand_in(course, "ann", "1.2", {"answer-double": WRONG})
    submission = json.loads(path.read_text("utf-8"))
    submission["cells"] += [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": HOSTILE},
        {"cell_type": "raw", "id": "r", "metadata": {}, "source": HOSTILE},
        {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": 1, "source": HOSTILE,
         "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": HOSTILE}}]},
    ]  # fmt: skip
    path.with_name("1.2 <script>alert(9)<<script>.ipynb").write_text(json.dumps(submission), "utf-8")
    path.unlink()
    hand_in(course, "bob", "1.2", {"answer-double": "def double(n):\n    return 2 * n"})
    nbgrader(course, "autograde", SECTION)
    nbgrader(course, "generate_feedback", SECTION)
    return course


def page_of(course: Course, student: str) -> str:
    """The feedback page of 1.2."""
    return (course.root / "feedback" / student / SECTION / "1.2-double.html").read_text("utf-8")


def test_the_page_shows_what_helps(graded: Course) -> None:
    """The visible check, the claims of the hidden one with story and picture, the repairs, and the hint if needed."""
    page = page_of(graded, "ann")
    text = Tags(page).text
    for words in (
        "Two is doubled", "Forty-one is doubled", "wanted 82, got 41", "Somebody calls", "nobody connected",
        "# This line is for everybody.", "was graded as 1.2-double.ipynb", "Try +.", "breaks",
    ):  # fmt: skip
        assert words in text, words
    assert "assert double(2) == 4" in text
    assert "<svg" in page
    assert "Try +." not in Tags(page_of(graded, "bob").partition('id="cell-id=check-faults"')[0]).text


@pytest.mark.parametrize("place", ["feedback", "autograded"])
def test_nothing_hidden_is_in_what_students_may_get(graded: Course, place: str) -> None:
    """Not as text, not escaped, not in colors, not as metadata, neither for who fails nor for who passes."""
    files = [path for path in (graded.root / place).rglob("*") if path.is_file()]
    assert len(files) == 2
    for path in files:
        content = path.read_text("utf-8")
        if path.suffix == ".ipynb":
            notebook = notebooks.read(path)
            for one in notebook.cells:  # the traceback of a broken check is there for the instructor
                one.metadata.get("loopback", {}).pop("trouble", None)
            content = notebooks.canonical(notebook)
        for shown in (content, html.unescape(content), Tags(content).text, content.replace('\\"', '"')):
            assert [secret for secret in SECRETS if secret in shown] == []


def test_nothing_hidden_is_in_comments(graded: Course) -> None:
    """Comments of the gradebook are shown to students as well; a broken check is told of without its reasons."""
    with stock.nbgrader_ready():
        from nbgrader.api import Gradebook

        with Gradebook(database(graded)) as book:
            comments = [
                comment.comment
                for submission in book.assignment_submissions(SECTION)
                for notebook in submission.notebooks
                for comment in notebook.comments
            ]
    said = "\n".join(filter(None, comments))
    assert "`check-more`" in said and not [secret for secret in SECRETS if secret in said]


def test_nothing_on_the_page_runs(graded: Course) -> None:
    """A policy forbids scripts, and there is none of a student's to forbid."""
    page = page_of(graded, "ann")
    tags = Tags(page).tags
    assert harmless(tags, page)
    (policy,) = [attributes["content"] for tag, attributes in tags if "http-equiv" in attributes]
    assert policy is not None and policy.startswith("default-src 'none'") and "script-src" not in policy
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_nothing_in_formgrader_runs(graded: Course) -> None:
    """The page on which instructors grade by hand is made through the same filters."""
    with stock.nbgrader_ready():
        from nbconvert.exporters import HTMLExporter
        from nbgrader.server_extensions.formgrader import handlers

        config: Any = load_config(graded)
        config.HTMLExporter.template_name = "formgrade"
        config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
        path = graded.autograded / "ann" / SECTION / "1.2-double.ipynb"
        resources = {"base_url": "", "index": 0, "total": 1, "submission_id": "x", "notebook_id": "x"}
        page, _ = HTMLExporter(config=config).from_filename(str(path), resources=resources)
    assert "Forty-one is doubled" in page and harmless(Tags(page).tags, page)
    assert len([1 for _, attributes in Tags(page).tags if attributes.get("id") == "check-basics"]) == 1


def harmless(tags: list[tuple[str, dict[str, str | None]]], page: str) -> bool:
    """No tag of the page is one that the student has tried."""
    assert "alert(" in page  # as text, in what the student wrote
    assert not [tag for tag, _ in tags if tag in ("iframe", "img", "object", "embed", "form")]
    assert not [value for _, attributes in tags for name, value in attributes.items() if "alert" in f"{name} {value}"]
    links = [attributes.get("href") or "" for _, attributes in tags]
    assert not [link for link in links if re.match(r"\W*\w*script:", link, re.IGNORECASE)]
    scripts = re.findall(r"<script.*?</script>", page, re.DOTALL | re.IGNORECASE)
    return not [script for script in scripts if "alert" in script]


def test_markdown_is_rendered_harmlessly() -> None:
    """What Markdown is for is there: tables, code in colors, links, folds; what is not is text or gone."""
    shown = harmless_html(HOSTILE + "\n[good](https://example.com)\n\n# Title")
    tags = Tags(shown).tags
    assert harmless(tags, shown)
    assert {"table", "details", "code", "h1", "pre"} <= {tag for tag, _ in tags}
    assert ("a", {"href": "https://example.com"}) in tags
    assert not [1 for _, attributes in tags if "id" in attributes or "style" in attributes]
    assert {attributes["class"] for _, attributes in tags if attributes.get("class")} >= {"highlight", "k"}
    assert "modal" not in shown and "<!--" not in shown


def test_what_cannot_be_rendered_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is always made."""
    monkeypatch.setattr("autograde.classroom.feedback.markdown2html", lambda text: 1 / 0)
    assert harmless_html("<b>") == "<pre>&lt;b&gt;</pre>"


def test_a_long_program_is_shown_without_colors() -> None:
    """Colors for it could take minutes, and it is escaped all the same."""
    assert 'class="nf"' in highlighted("def f(): pass")
    long = highlighted("<b>" + "x." * 100_000)
    assert "&lt;b&gt;" in long and "span" not in long


def test_what_is_released_is_what_nbgrader_releases() -> None:
    """The hidden part goes with its markers; without an end it goes to the end."""
    assert released(CHECK) == CHECK.partition("### BEGIN")[0] + "score\n"
    assert released("a\n### BEGIN HIDDEN TESTS\nb") == "a"
    assert released("a\nb") == "a\nb"


def test_a_story_loses_what_it_quotes_and_nothing_else() -> None:
    """Conditions of hidden asserts are left out, data stay, and a call through an answer is told as the answer."""
    stories = {
        "Forty-one is doubled": "What double returned is not what was wanted: wanted 82, got 41.",
        "The negative is smaller": "This does not hold: double.within(2.0)(-7) < secret_limit - 51 + "
        "len(str(secret_limit)); what double.within(2.0) returned is -7",
        "It is done": "Secret_limit is not what was wanted.",
    }
    rows = [ClaimVerdict(claim, "fail", story) for claim, story in stories.items()]
    shown = [{"output_type": "execute_result", "data": {"text/html": "".join(map(html.escape, stories.values()))}}]
    verdict = without_hidden(CellVerdict("check-faults", 0.0, 2.0, "fail", rows, shown), CHECK, released(CHECK))
    assert [row.story for row in verdict.rows] == [
        "What double returned is not what was wanted: wanted 82, got 41.",
        "This does not hold: what this check asks for; what double returned is -7",
        "… is not what was wanted.",
    ]
    assert verdict.outputs[0]["data"]["text/html"] == html.escape("".join(row.story for row in verdict.rows))


def test_the_story_of_a_visible_check_is_left_alone() -> None:
    """What students have before them may be quoted."""
    visible = CHECK.replace("### BEGIN HIDDEN TESTS", "#").replace("### END HIDDEN TESTS", "#")
    row = ClaimVerdict("Forty-one is doubled", "fail", "This does not hold: secret_limit.")
    verdict = CellVerdict("check-faults", 0.0, 2.0, "fail", [row])
    assert without_hidden(verdict, visible, visible) == verdict


def test_our_own_run_hides_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`grade` prints no word of a hidden check either, and writes none into `autograded/`."""
    course = make_tiny_course(tmp_path)
    source = double_notebook()
    source.cells[4] = cell("check-faults", CHECK, points=2)
    write(course.find(["1.2"])[0].source, source)
    hand_in(course, "ann", "1.2", {"answer-double": WRONG})
    grade_section(SECTION, course=course)
    written = (course.autograded / "ann" / SECTION / "1.2-double.ipynb").read_text("utf-8")
    assert not [secret for secret in SECRETS if secret in written + capsys.readouterr().out]
