"""The classroom: the course as nbgrader sees it, from release to marks. Nothing below it imports it."""

import sys

# jsonschema, which nbformat needs, tries to import a grammar of web addresses. No notebook has one that is checked, and
# the import alone takes a second.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as the documentation of import has it
