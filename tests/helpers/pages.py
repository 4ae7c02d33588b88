"""The user's pages: the README and what lies in `docs`, as somebody at GitHub reads them."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from homeassistant.util.yaml import parse_yaml

from tests.helpers.blueprints.files import ROOT

README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
DEVELOPER_PAGES = [DOCS / "ARCHITECTURE.md", DOCS / "network.md"]

_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def page(name: str) -> str:
    """Return the text of a page in `docs`."""
    return (DOCS / f"{name}.md").read_text()


def examples() -> list[Any]:
    """Return what is written in YAML on all pages."""
    return [
        parse_yaml(block.split("```")[0])
        for path in PAGES
        for block in path.read_text().split("```yaml\n")[1:]
    ]


def without_code(text: str) -> str:
    """Return a page without what is shown to copy."""
    return _FENCE.sub("", text)


def anchors(text: str) -> list[str]:
    """Return where one can link to on a page, as GitHub names it."""
    found: list[str] = []
    seen: Counter[str] = Counter()
    for _, heading in _HEADING.findall(without_code(text)):
        name = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).lower()).replace(
            " ", "-"
        )
        found.append(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found + _ANCHOR.findall(without_code(text))


def links(text: str) -> list[str]:
    """Return where a page links to, pictures included."""
    return _LINK.findall(without_code(text))


def section(text: str, heading: str) -> str:
    """Return what is below a heading, up to the next one of its level or a higher one."""
    found = re.search(rf"^(#+) {re.escape(heading)}$\n", text, re.MULTILINE)
    assert found, f"there is no {heading}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each row of the tables in a text, without their heads."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        head = number + 1 < len(lines) and lines[number + 1].startswith("|-")
        if line.startswith("| ") and not head:
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def words(text: str) -> list[str]:
    """Return what is written as code."""
    return re.findall(r"`([^`]+)`", text)
