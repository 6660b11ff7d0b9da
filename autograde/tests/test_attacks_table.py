"""The table of attacks in the docs lists exactly the corpus, with what each attack tries."""

from __future__ import annotations

import re

from autograde.tests.attacks.against_stock import NOTHING, PAGE, page, told
from autograde.tests.attacks.themes import ATTACKS, THEMES

ROW = re.compile(r"\| `(?P<name>[a-z0-9-]+)` \| (?P<tries>.+?) \| (?P<stock>[^|]+) \| (?P<here>[^|]+) \|")


def test_the_table_lists_the_corpus() -> None:
    """Every attack once, in the order of themes. `python -m autograde.tests.attacks.against_stock` writes it anew."""
    rows = [
        match.group("name", "tries") for line in PAGE.read_text("utf-8").splitlines() if (match := ROW.fullmatch(line))
    ]
    themes = [theme.__name__.rpartition(".")[2] for theme in THEMES]
    wanted = sorted(ATTACKS, key=lambda attack: themes.index(attack.theme))
    assert rows == [(attack.name, attack.tries) for attack in wanted]


def test_what_happened_is_told_in_words() -> None:
    """Each kind of result has its words, and a result in which nothing happened says so."""
    assert told("here", NOTHING) == "nothing"
    bad = {
        "points": 2.5, "undecided": True, "leaks": ["the secret of home", "LOOTED x"], "changes": ["home/.bashrc"],
        "left": ["a process"], "stopped": False, "robbed": ["ann"],
    }  # fmt: skip
    said = told("here", bad)
    for words in (
        "earned 2.5",
        "marks of others",
        "secret of home",
        "what it has found",
        ".bashrc",
        "a process",
        "decide",
    ):
        assert words in said
    assert "stopped the class" in told("here", {**NOTHING, "stopped": True})


def test_only_stock_shows_hidden_checks_to_everybody() -> None:
    """There it is no doing of the attack's; here it would be a leak."""
    leaked = {**NOTHING, "leaks": ["the secret of hidden"]}
    assert told("stock", leaked) == "nothing" and "secret of hidden" in told("here", leaked)


def test_the_page_counts_what_happened() -> None:
    """Its first lines add up what its table says."""
    results = {grader: {attack.name: dict(NOTHING) for attack in ATTACKS} for grader in ("stock", "here")}
    results["stock"][ATTACKS[0].name]["points"] = 5.0
    made = page(results)
    assert f"of {len(ATTACKS)} attacks 1 earned points, 1 did something" in made
    assert f"of {len(ATTACKS)} attacks 0 earned points, 0 did something" in made
