"""The examples of failing conversations: each still fails, and tells what its stored story and picture tell."""

from __future__ import annotations

import re

import pytest

from autograde.tests.stories import DOCS, FOLDER, Example, examples, outcome, page, settled

AFTERMATH = re.compile(
    r"saw the end|aborted by|ended its side|more steps|reads the end|sees the reset|half-close|reset"
)
"""What parties see of an end may be written down before the call has returned, or after the story was told."""


TRIES = 5
"""Conversations after which it is no coincidence any more: the last datagram may or may not come before the end."""


def lines_of(story: str) -> list[str]:
    """The lines, sorted and without their numbers: what two parties do at one time may come in either order.

    Of a story that was shortened only the verdict is left: which steps were kept depends on their order.
    """
    shortened = " more steps …\n" in story
    told = [line for line in story.splitlines() if not (shortened and re.match(r" *(\d+\.|…) ", line))]
    lines = [re.sub(r"^ *\d+\. |  ← here$| in \d+ pieces", "", line) for line in told]
    return sorted(line for line in lines if not AFTERMATH.search(line))


def labels_of(picture: str) -> set[str]:
    """Every text that is drawn, for the same reason; its numbers may be those of a port, or count its digits."""
    labels = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    return {re.sub(r"\d+", "7", label) for label in labels if not AFTERMATH.search(label)}


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.stem)
def test_an_example_tells_what_is_stored(example: Example) -> None:
    """The claim fails, and its story and picture can be those beside it."""
    story = (FOLDER / f"{example.stem}.txt").read_text("utf-8")
    picture = (FOLDER / f"{example.stem}.svg").read_text("utf-8")
    for _ in range(TRIES):
        row = outcome(example)
        assert row.outcome == "fail"
        if lines_of(settled(row.story)) == lines_of(story) and (
            "more steps" in story or labels_of(settled(row.picture)) == labels_of(picture)
        ):
            return
    assert settled(row.story) + "\n" == story


def test_every_story_says_what_to_try_next() -> None:
    """There is a likely misunderstanding, or at least what the exception means."""
    for example in examples():
        story = (FOLDER / f"{example.stem}.txt").read_text("utf-8")
        assert "Likely: " in story or re.search(r"\(\w+ — ", story), example.stem


def test_the_page_shows_what_is_stored() -> None:
    """Twenty of them, with answer, story and picture."""
    stories = {one.stem: (FOLDER / f"{one.stem}.txt").read_text("utf-8").rstrip("\n") for one in examples()}
    assert len(stories) >= 20
    assert (DOCS / "stories.md").read_text("utf-8") == page(stories)
