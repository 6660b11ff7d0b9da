"""The tick table: a score as HTML, one row per claim, with the story and picture of each that failed.

Everything that comes from the student's side is escaped. Colors are taken from JupyterLab's theme where there is one.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograde.examiner.score import Row, Score

MARKS = {
    "pass": ("✔", "#2e8b57", "holds"),
    "fail": ("✘", "#d1495b", "does not hold"),
    "unstable": ("◐", "#c98a00", "does not always hold"),
    "infrastructure": ("⚠", "#c98a00", "our fault"),
}

CELL = "padding: 4px 10px; text-align: left; vertical-align: top; border: none; white-space: normal;"
STORY = (
    "margin: 4px 0; padding: 8px 12px; border-left: 3px solid #d1495b; "
    "white-space: pre-wrap; word-break: normal; overflow-wrap: break-word; "
    "font-family: var(--jp-code-font-family, monospace); font-size: 13px; line-height: 1.45; "
    "background: var(--jp-layout-color2, rgba(127, 127, 127, 0.12)); color: var(--jp-content-font-color1, inherit);"
)

NOT_ALWAYS = (
    "This failed once, as told below, and held when it was run again with the same data. It counts as held until a "
    "person has looked at it."
)

PRINT = STORY.replace("#d1495b", "rgba(127, 127, 127, 0.6)")
PRINTED = 10_000
"""Characters of printed output that are shown."""


def table(score: Score) -> str:
    """The whole table: a headline with the points, then a row per claim."""
    rows = "".join(_row(row) for row in score.rows)
    passed, unstable = (sum(row.outcome == outcome for row in score.rows) for outcome in ("pass", "unstable"))
    headline = f"{score.earned:g} of {score.points:g} points: {passed} of {len(score.rows)} claims hold"
    headline += f", {unstable} not always" if unstable else ""
    return (
        '<div class="loopback-score"><p style="margin: 4px 0;"><strong>' + headline + "</strong></p>"
        f'<table style="border-collapse: collapse; margin: 0; width: 100%;">{rows}</table>{_printed(score)}</div>'
    )


def _printed(score: Score) -> str:
    """What the student's code printed during the claims; it is shown, and never counts."""
    if not (text := score.printed.text):
        return ""
    shown = text if len(text) <= PRINTED else f"{text[:PRINTED]}\n… {len(text) - PRINTED:,} more characters"
    return f'<details><summary>What your code printed</summary><pre style="{PRINT}">{escape(shown)}</pre></details>'


def _row(row: Row) -> str:
    mark, color, meaning = MARKS[row.outcome]
    tick = f'<td style="{CELL} width: 1em; color: {color};" title="{meaning}"><strong>{mark}</strong></td>'
    note = f'<p style="margin: 4px 0;"><em>{NOT_ALWAYS}</em></p>' if row.outcome == "unstable" else ""
    story = note + (_story(row) if row.story else "")
    return f'<tr style="background: none;">{tick}<td style="{CELL}">{escape(row.claim)}{story}</td></tr>'


def _story(row: Row) -> str:
    picture = f"<details><summary>The same as a picture</summary>{row.picture}</details>" if row.picture else ""
    words = f'<pre style="{STORY}">{escape(row.story)}</pre>'
    return f"<details open><summary>What happened</summary>{words}</details>{picture}"
