"""The demo's dashboard: an overview, consoles, the family's play time, and all entities."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..home_assistant.client import HomeAssistant
from ..home_assistant.devices import Person, consoles, limits, people
from ..processes import DemoError
from . import cards, console_cards, family_cards

PATH = "xbox-demo"


async def show(home: HomeAssistant) -> Collection[str]:
    """Write the dashboard and make it the default one. Return the entities that its content depends on."""
    persons = await people(home)
    owners = [cards.owner(person) for person in persons if person.owner]
    overview = [*owners, *cards.friends(persons), cards.recent_events(persons), cards.about()]
    everything = [cards.everything(person) for person in persons]
    console_sections = [console_cards.console(console) for console in await consoles(home)]
    limited = await limits(home, persons)
    views = [_view("Xbox Network", overview)]
    views += [_view("Consoles", console_sections)] if console_sections else []
    views += [_view("Family", list(_family(persons, limited))), _view("Everything", everything)]
    await _save(home, {"views": views})
    return limited


def _family(persons: Sequence[Person], limited: Mapping[str, float]) -> Iterator[cards.Card]:
    """Yield the sections of play time. A person with a limit has their own section."""
    by_person = [(it, limited.get(it("number", "daily_limit") or "", 0.0)) for it in persons]
    yield from (family_cards.limited(person, limit) for person, limit in by_person if limit)
    others = [person for person, limit in by_person if not limit]
    yield family_cards.achievements(persons, others)
    yield family_cards.history(persons)
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
