"""The user's pages (README and `docs`): their texts, links, tables and examples."""

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
    """Return the content of all YAML examples."""
    return [
        parse_yaml(block.split("```")[0])
        for path in PAGES
        for block in path.read_text().split("```yaml\n")[1:]
    ]


def automations() -> dict[str, dict[str, Any]]:
    """Return the automations among the YAML examples by alias."""
    return {it["alias"]: it for it in examples() if isinstance(it, dict) and "alias" in it}


def without_code(text: str) -> str:
    """Return a page without its code blocks."""
    return _FENCE.sub("", text)


def anchors(text: str) -> list[str]:
    """Return the link targets of a page, with GitHub's names."""
    names: list[str] = []
    counts: Counter[str] = Counter()
    for _, heading in _HEADING.findall(without_code(text)):
        name = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).lower()).replace(
            " ", "-"
        )
        names.append(f"{name}-{counts[name]}" if counts[name] else name)
        counts[name] += 1
    return names + _ANCHOR.findall(without_code(text))


def links(text: str) -> list[str]:
    """Return the targets of a page's links and pictures."""
    return _LINK.findall(without_code(text))


def section(text: str, heading: str) -> str:
    """Return the text below a heading, up to the next heading of its level or above."""
    match = re.search(rf"^(#+) {re.escape(heading)}$\n", text, re.MULTILINE)
    assert match, f"there is no {heading}"
    rest = text[match.end() :]
    end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each table row in a text, without the heads."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        head = number + 1 < len(lines) and lines[number + 1].startswith("|-")
        if line.startswith("| ") and not head:
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def words(text: str) -> list[str]:
    """Return the texts written as code."""
    return re.findall(r"`([^`]+)`", text)
