"""Tests of the page about the network: its sections, and their citations in the code."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import custom_components.xbox_network

ROOT = Path(custom_components.xbox_network.__file__).parents[2]
PAGE = ROOT / "docs" / "network.md"

_GAP = r"[\s#]+"  # a blank, or a line end and the sign of a continued comment
_NUMBER = r"(?<![\w.])[ASH]\d{1,2}(?:\.\d{1,2})?(?!\w|\.\d)"
_RANGE = re.compile(rf"({_NUMBER}){_GAP}to{_GAP}({_NUMBER})")
_CITATION = re.compile(
    rf"(?P<page>`docs/network\.md`{_GAP})?"
    rf"(?P<numbers>{_NUMBER}(?:(?:,|,?{_GAP}and|,?{_GAP}or|{_GAP}to){_GAP}{_NUMBER})*)"
)
_HEADING = re.compile(r"^##", re.MULTILINE)
_SECTION = re.compile(
    r'^<a id="(?P<anchor>.+)"></a>\n\n#{2,3} (?P<number>[ASH]\d+(?:\.\d+)?) \w', re.MULTILINE
)
_LINK = re.compile(r"\]\(#(.+?)\)")
# the citations from before the page existed
_DOCUMENT = re.compile(r"(?:xbox-(?:services|auth-and-realtime)|home-assistant-\d+)[\w.-]*\.md")
_WITHOUT_LETTER = re.compile(r"\((?:section )?\d{1,2}\.\d{1,2}\b[^()]*\)")

SAMPLE = '''
"""A list (`docs/network.md` S7.2 to S7.4, or A1.1); once more (S0.3)."""
PRICE = "S1.25x", 7.9, "S1.2.3"  # noqa: S311 (chapter S5 is not cited, S10.1 and
# S10.4 are, and so is `docs/network.md`
# S12)
'''
OLD_SAMPLE = """
# (`{}` 7.2), and (7.9)
COUNT = max(1.5, (2.5))  # (section 7.5, all of it)
"""


def sections(page: str) -> list[str]:
    """Return the numbers of the page's sections, in order."""
    return [it["number"] for it in _SECTION.finditer(page)]


def chapter(number: str) -> str:
    """Return the chapter of a section."""
    return number.partition(".")[0]


def cited(text: str) -> set[str]:
    """Return the sections that a text cites. A whole chapter counts only after the page's name."""
    result: set[str] = set()
    for citation in _CITATION.finditer(text):
        numbers = re.findall(_NUMBER, citation["numbers"])
        result |= {it for it in numbers if citation["page"] or "." in it}
        for first, last in _RANGE.findall(citation["numbers"]):
            result |= between(first, last)
    return result


def between(first: str, last: str) -> set[str]:
    """Return the sections from one to another of the same chapter."""
    assert chapter(first) == chapter(last) != last, f"{first} to {last}"
    low, high = (int(it.partition(".")[2]) for it in (first, last))
    return {f"{chapter(first)}.{number}" for number in range(low, high + 1)}


def old_citations(source: str) -> list[str]:
    """Return the old citations in a module."""
    return _DOCUMENT.findall(source) + [
        result for text in prose(source) for result in _WITHOUT_LETTER.findall(text)
    ]


def prose(source: str) -> Iterator[str]:
    """Yield the comments and docstrings of a module."""
    at_statement_start = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and at_statement_start):
            yield token.string
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            at_statement_start = token.type == tokenize.NEWLINE


def texts() -> Iterator[tuple[str, str]]:
    """Yield name and text of each file that may cite the page, except this one."""
    for top in ("custom_components", "tests", "scripts"):
        for path in sorted((ROOT / top).rglob("*")):
            if not path.is_file() or path == Path(__file__) or "__pycache__" in path.parts:
                continue
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture
            yield str(path.relative_to(ROOT)), text


def test_citations_are_found() -> None:
    """Citations are found in every notation, and other texts are not citations."""
    assert cited(SAMPLE) == {"S7.2", "S7.3", "S7.4", "A1.1", "S0.3", "S10.1", "S10.4", "S12"}
    document = "xbox-" + "services.md"
    assert old_citations(OLD_SAMPLE.format(document)) == [
        document,
        "(7.9)",
        "(section 7.5, all of it)",
    ]
    assert old_citations(SAMPLE) == []


def test_page() -> None:
    """Sections are in order below their chapters, with anchors; links and references lead to sections."""
    page = PAGE.read_text()
    numbers = sections(page)
    assert len(numbers) == len(_HEADING.findall(page)) > 20
    assert [it["anchor"] for it in _SECTION.finditer(page)] == [it.lower() for it in numbers]
    order = [(it[0], *map(int, it[1:].split("."))) for it in numbers]
    assert order == sorted(set(order))
    assert {chapter(it) for it in numbers} <= set(numbers)
    assert {it.upper() for it in _LINK.findall(page)} | cited(page) <= set(numbers)


def test_each_citation_has_a_section() -> None:
    """Every section that the code cites exists."""
    numbers = set(sections(PAGE.read_text()))
    missing = {name: problems for name, text in texts() if (problems := cited(text) - numbers)}
    assert missing == {}


def test_each_section_is_cited() -> None:
    """Every section is cited. A chapter may exist only for its sections."""
    numbers = sections(PAGE.read_text())
    parents = {chapter(it) for it in numbers if "." in it}
    used: set[str] = set().union(*(cited(text) for _, text in texts()))
    assert [it for it in numbers if it not in used | parents] == []


def test_nothing_outside_is_cited() -> None:
    """No page outside of the repository is cited."""
    result = {
        name: problems
        for name, text in texts()
        if (problems := old_citations(text) if name.endswith(".py") else _DOCUMENT.findall(text))
    }
    assert result == {}
