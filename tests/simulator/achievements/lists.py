"""What the lists of achievements are asked with: titles, an order, and pages of them."""

import re
from collections.abc import Collection, Sequence

from ..network import Call, Json, refusal
from ..people.person import Person
from ..services import number
from ..titles.title import Title

ITEMS = 32
MOST_ITEMS = 1_000
_TOKEN = re.compile(r"(\d{1,9})(?:,[^,]+)?")
_TITLE_IDS = re.compile(r"\d{1,10}(,\d{1,10})*")


def page[T](call: Call, items: Sequence[T], suffix: str = "") -> tuple[Sequence[T], Json]:
    """Return the items of the page that is asked for, and `pagingInfo`.

    The token wins over `skipItems`. The suffix stands behind its number.
    """
    start = number(call, "skipItems", 0)
    if token := call.query.get("continuationToken"):
        if (match := _TOKEN.fullmatch(token)) is None:
            raise refusal(400, "The continuation token is not valid.")
        start = int(match[1])
    end = start + min(number(call, "maxItems", ITEMS, least=1), MOST_ITEMS)
    more = f"{end}{suffix}" if end < len(items) else None
    return items[start:end], {"continuationToken": more, "totalRecords": len(items)}


def one_of(call: Call, key: str, values: Collection[str]) -> str | None:
    """Return a word of the query, None when it is left out; 400 when it is not known."""
    word = call.query.get(key)
    if word is not None and word not in values:
        raise refusal(400, f"'{key}' is not valid.")
    return word


def titles_asked(call: Call, person: Person) -> list[Title]:
    """Return the titles of `titleId`, else all that the person has progress in, by id."""
    text = call.query.get("titleId")
    if text is not None and not _TITLE_IDS.fullmatch(text):
        raise refusal(400, "'titleId' has to list numbers.")
    wanted = person.progress if text is None else text.split(",")
    titles = call.network.world.titles
    found = [titles[title_id] for title_id in dict.fromkeys(wanted) if title_id in titles]
    return sorted(found, key=lambda title: int(title.title_id))
