"""A message of text with notes, and a tree: parts in, rows out."""

from __future__ import annotations

from autograde.tests.drawings import overlapping_texts, texts, texts_outside
from autograde.wire.picture import annotated, tree
from autograde.wire.tree import Node

PARTS = [("request line", b"GET / HTTP/1.1\r\n"), ("end of the head", b"\r\n"), ("body", bytes(range(200)))]
TEXTS: Node = ("multipart/alternative", [("text/plain", []), ("text/html", [])])
TREE: Node = ("multipart/mixed", [TEXTS, ("image/png", [])])


def test_each_part_stands_where_it_begins() -> None:
    """The places at the left are sums of what came before; line ends can be seen."""
    found = texts(annotated(PARTS))
    assert [text for text in found if text.isdigit() and len(text) != 1] == ["16", "18"]
    assert found[0] == "0" and found[1:17] == [*"GET / HTTP/1.1←↓"]


def test_the_words_are_the_bytes_with_their_notes() -> None:
    """A reader of the text alternative gets the notes in the same order, and long parts shortened."""
    title, *lines = annotated(PARTS, title="A request").alt.splitlines()
    assert title == "A request, 218 bytes:"
    assert lines[:2] == ["  request line: b'GET / HTTP/1.1\\r\\n'", "  end of the head: b'\\r\\n'"]
    assert "…" in lines[2] and len(lines[2]) < 140


def test_a_tree_says_who_belongs_to_whom() -> None:
    """Children are indented; what has children ends in a colon."""
    assert tree(TREE, title="A message").alt.splitlines() == [
        "A message:",
        "  multipart/mixed:",
        "    multipart/alternative:",
        "      text/plain",
        "      text/html",
        "    image/png",
    ]


def test_nothing_is_written_over_something_else() -> None:
    """Neither in the message nor in the tree, and nothing leaves the picture."""
    for picture in (annotated(PARTS), annotated([]), tree(TREE), tree(("text/plain", []))):
        assert not overlapping_texts(picture) and not texts_outside(picture)
