"""The queries of the lists of achievements: titles, order, and pages."""

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
    """Return the items of the requested page, and `pagingInfo`.

    The token overrides `skipItems`. The suffix follows the token's number.
    """
    start = number(call, "skipItems", 0)
    if token := call.query.get("continuationToken"):
        if (match := _TOKEN.fullmatch(token)) is None:
            raise refusal(400, "The continuation token is not valid.")
        start = int(match[1])
    end = start + min(number(call, "maxItems", ITEMS, least=1), MOST_ITEMS)
    next_token = f"{end}{suffix}" if end < len(items) else None
    return items[start:end], {"continuationToken": next_token, "totalRecords": len(items)}


def one_of(call: Call, key: str, values: Collection[str]) -> str | None:
    """Return a value of the query, None if it is missing. Refuses an unknown one with 400."""
    value = call.query.get(key)
    if value is not None and value not in values:
        raise refusal(400, f"'{key}' is not valid.")
    return value


def titles_asked(call: Call, person: Person) -> list[Title]:
    """Return the titles of `titleId`, by default all with progress of the person, ordered by id.

    None of those that the person does not show.
    """
    text = call.query.get("titleId")
    if text is not None and not _TITLE_IDS.fullmatch(text):
        raise refusal(400, "'titleId' has to list numbers.")
    title_ids = person.progress if text is None else text.split(",")
    if person.empty_lists:
        return []
    titles = call.network.world.titles
    title_ids = [
        it for it in title_ids if it not in person.progress or not person.progress[it].unlisted
    ]
    known = [titles[title_id] for title_id in dict.fromkeys(title_ids) if title_id in titles]
    return sorted(known, key=lambda title: int(title.title_id))
