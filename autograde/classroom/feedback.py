"""The pages that students get back, and what instructors see of the same notebooks: nothing runs, nothing leaks.

A graded notebook holds check cells as they were released (`intake.py`) and stories that quote nothing hidden
(`hidden.py`); here it becomes a page. Text that students wrote is rendered and then cleaned with bleach, in feedback
and in formgrader alike. A feedback page also forbids every script by a Content Security Policy, and shows the
exercise's hint below each check that lost points. `nbgrader_config.py` names these classes; nothing else does.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML, markdown2html
from nbconvert.preprocessors import Preprocessor
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import is_grade
from traitlets import Bool

from autograde.classroom import notebooks
from autograde.classroom.course import CourseError

TEXT = "a abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i kbd li ol p pre s small span"
MORE = "strong sub summary sup table tbody td th thead tr u ul"
TAGS = (TEXT + " " + MORE).split()
"""What rendered Markdown may consist of. Pictures are not among it: to load one would tell somebody who reads it."""

HIGHLIGHTED = re.compile(r"highlight|anchor-link|[a-z]{1,2}\d?")
"""The classes that Pygments gives to the parts of a program, and nbconvert to the links of headings."""

LONGEST = 50_000
"""Characters of one text that are rendered."""

LONGEST_IN_COLOR = 10_000
"""Characters of one program that are highlighted: Pygments takes 1 s for so many `x.x.x`, 100 s for ten times it."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'"
"""What a feedback page may load and run: its own styles and pictures, and no script at all."""

# The styles of nbgrader's page take away what shows that something can be unfolded, and show links of headings always.
HEAD = f"""
<meta http-equiv="Content-Security-Policy" content="{POLICY}" />
<style>summary {{ display: list-item !important; cursor: pointer; }} .anchor-link {{ display: none; }}</style>
"""

HINT = "<details><summary>The hint of this exercise</summary>\n\n{}\n\n</details>"


def harmless_html(source: str) -> str:
    """Markdown as HTML in which nothing runs and nothing is loaded, whoever wrote it."""
    text = source[:LONGEST].replace("attachment:", "#")  # attachments are not taken in, and would be missed loudly
    try:
        return str(CLEANER.sanitize_html_tags(markdown2html(text)))
    except Exception:  # whatever stumbles over a student's text, the page is made
        return f"<pre>{escape(text)}</pre>"


def highlighted(source: str, language: str | None = None, metadata: Any = None) -> str:
    """A program as HTML, in colors where it is not so long that looking for them could take minutes."""
    if len(source) > LONGEST_IN_COLOR:
        return f'<div class="highlight"><pre>{escape(source)}</pre></div>'
    return str(Highlight2HTML(pygments_lexer="ipython3")(source))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return HIGHLIGHTED.fullmatch(value) is not None
    return (tag, name) in {("a", "href"), ("a", "title"), ("abbr", "title"), ("details", "open")}


CLEANER = SanitizeHTML(tags=TAGS, attributes=_is_allowed, strip=True)
"""nbconvert's cleaner, which is bleach's: links are to http, https and mailto only."""


class Hints(Preprocessor):
    """Puts the exercise's hint under every check that did not get all its points."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Add the hint as one more output of those cells. Comes after nbgrader's `GetGrades`."""
        if hint := self._hint(resources["nbgrader"]):
            for cell in nb.cells:
                info = notebooks.grading(cell)
                if cell.cell_type == "code" and is_grade(cell) and (info.get("score") or 0) < info["points"]:
                    cell.outputs.append(new_output("display_data", {"text/markdown": HINT.format(hint)}))
        return nb, resources

    def _hint(self, where: Any) -> str:
        """The hint cell of the exercise's source; "" where there is none."""
        exporter: Any = self.parent
        course = exporter.parent.coursedir
        folder = course.format_path(course.source_directory, ".", where["assignment"])
        try:
            source = notebooks.read(Path(folder) / f"{where['notebook']}.ipynb")
        except CourseError:
            return ""
        return next((cell.source for cell in source.cells if cell.get("id") == "hint"), "")


class FeedbackExporter(HTMLExporter):
    """nbgrader's feedback page, with the policy that forbids scripts before everything else in it."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Make the page."""
        page, resources = super().from_notebook_node(nb, resources=resources, **kw)
        head, tag, rest = page.partition("<head>")
        if not tag:
            raise ValueError("nbgrader's feedback page has no <head>, so scripts in it could not be forbidden")
        return head + tag + HEAD + rest, resources
