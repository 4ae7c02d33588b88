"""The dashboard that the demo opens with: who is there, what is played, what happened."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..home_assistant.client import HomeAssistant
from ..home_assistant.devices import Person, consoles, limits, people
from ..processes import DemoError
from . import cards, console_cards, family_cards

PATH = "xbox-demo"


async def show(home: HomeAssistant) -> Collection[str]:
    """Write the dashboard and make it the first one; return the entities whose states it depends on."""
    found = await people(home)
    owners = [cards.owner(person) for person in found if person.owner]
    overview = [*owners, *cards.friends(found), cards.happened(found), cards.about()]
    everything = [cards.everything(person) for person in found]
    at_home = [console_cards.console(console) for console in await consoles(home)]
    limited = await limits(home, found)
    views = [_view("Xbox Network", overview)]
    views += [_view("Consoles", at_home)] if at_home else []
    views += [_view("Family", list(_family(found, limited))), _view("Everything", everything)]
    await _save(home, {"views": views})
    return limited


def _family(found: Sequence[Person], limited: Mapping[str, float]) -> Iterator[cards.Card]:
    """Yield the sections of play time; who has a limit has more to see."""
    by_person = [(it, limited.get(it("number", "daily_limit") or "", 0.0)) for it in found]
    yield from (family_cards.limited(person, limit) for person, limit in by_person if limit)
    others = [person for person, limit in by_person if not limit]
    yield family_cards.achievements(found, others)
    yield family_cards.history(found)
    yield family_cards.about()


def _view(title: str, sections: list[cards.Card]) -> cards.Card:
    return {"title": title, "type": "sections", "max_columns": 3, "sections": sections}


async def _save(home: HomeAssistant, content: cards.Card) -> None:
    boards = await home.command("lovelace/dashboards/list")
    if not any(board["url_path"] == PATH for board in boards):
        await home.command(
            "lovelace/dashboards/create",
            url_path=PATH,
            title="Xbox Network",
            icon="mdi:controller",
            mode="storage",
            require_admin=False,
            show_in_sidebar=True,
        )
        await home.command("frontend/set_system_data", key="core", value={"default_panel": PATH})
    try:
        if await home.command("lovelace/config", url_path=PATH) == content:
            return
    except DemoError:
        pass  # a new dashboard has no content yet
    await home.command("lovelace/config/save", url_path=PATH, config=content)
