"""The sections of the course, and the one place that says which of them is meant. Standard library only."""

from __future__ import annotations

TITLES = {
    "0-primer": "Python primer",
    "1-fundamentals": "Network fundamentals",
    "2-clients": "Client programming",
    "3-data": "Internet data handling",
    "4-web": "Web and HTTP programming",
    "5-advanced": "Advanced networks and sockets",
}
"""What students read as the name of a section, in the order of study."""

SECTIONS = tuple(TITLES)


def section_meant(name: str) -> str:
    """The section with this name, or with just this number (`1-fundamentals`, `1-fundamentals/`, `1`).

    Raises `LookupError`, whose text is a sentence that lists the sections, when there is none.
    """
    wanted = name.strip().rstrip("/")
    for section in SECTIONS:
        if wanted in (section, section.partition("-")[0]):
            return section
    raise LookupError(f"There is no section “{name}”. The sections are: {', '.join(SECTIONS)}.")
