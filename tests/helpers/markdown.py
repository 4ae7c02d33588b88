"""Markdown as the frontend shows it: descriptions of repairs and forms, and texts of aborted dialogs."""

import html
import re

from markdown_it import MarkdownIt


def rendered(text: str) -> str:
    """Return the HTML of a text. Raw HTML in it counts, as it does in the frontend."""
    markdown = MarkdownIt("commonmark", {"breaks": True}).enable(["table", "strikethrough"])
    return str(markdown.render(text))


def as_shown(text: str) -> str:
    """Return what a person reads."""
    return html.unescape(re.sub(r"<[^>]+>", "", rendered(text)))
