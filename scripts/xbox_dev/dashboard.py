"""The page that the demo opens with: each account and what Home Assistant knows of it."""

from typing import Any

from .client import HomeAssistant
from .processes import DemoError
from .sign_in import DOMAIN

PATH = "xbox-demo"
ORDER = (
    "gamerpic",
    "online",
    "in_game",
    "now_playing",
    "rich_presence",
    "platform",
    "last_online",
    "gamerscore",
    "in_party",
    "party_size",
    "friends",
    "followers",
    "following",
)
DRAWN = {"online", "in_game", "now_playing"}
ABOUT = """\
These people and their network are simulated: they play on a script, and what you see changes by itself.

**Try a sign-in yourself:** [Settings → Devices & services](/config/integrations/dashboard) → \
*Add integration* → *Xbox Network*. The sign-in page offers accounts of all kinds: without friends, \
a child's, without profile, banned, in a country without Xbox, …
"""

type Card = dict[str, Any]


async def our_entities(home: HomeAssistant) -> list[dict[str, Any]]:
    """Return the registry's entities of the integration, in the order of the page."""
    entities: list[dict[str, Any]] = await home.command("config/entity_registry/list")
    return sorted((item for item in entities if item["platform"] == DOMAIN), key=_rank)


def key(entity: dict[str, Any]) -> str:
    """Return the part of the unique id behind the xuid or the console id."""
    return str(entity["unique_id"]).partition("_")[2]


async def show(home: HomeAssistant) -> None:
    """Write the page and make it the first one."""
    devices = await home.command("config/device_registry/list")
    names = {item["id"]: item["name_by_user"] or item["name"] for item in devices}
    enabled = [item for item in await our_entities(home) if not item["disabled_by"]]
    sections = [
        _section(str(name), [item for item in enabled if item["device_id"] == device])
        for device, name in names.items()
        if any(item["device_id"] == device for item in enabled)
    ]
    about = {"type": "grid", "cards": [{"type": "markdown", "content": ABOUT, **_size(12)}]}
    view = {"title": "Xbox Network", "type": "sections", "sections": [*sections, about]}
    await _save(home, {"views": [{**view, "max_columns": 3}]})


async def _save(home: HomeAssistant, content: dict[str, Any]) -> None:
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


def _rank(entity: dict[str, Any]) -> tuple[int, str]:
    name = key(entity)
    return (ORDER.index(name) if name in ORDER else len(ORDER), entity["entity_id"])


def _size(columns: int) -> Card:
    return {"grid_options": {"columns": columns, "rows": "auto"}}


def _section(name: str, entities: list[dict[str, Any]]) -> Card:
    ids = [item["entity_id"] for item in entities]
    pictures = [item for item in ids if item.startswith("image.")]
    cards: list[Card] = [{"type": "heading", "heading": name, "icon": "mdi:account"}]
    cards += [
        {"type": "picture-entity", "entity": item, "show_state": False, "show_name": False}
        | _size(6)
        for item in pictures
    ]
    cards += [_tile(item) for item in ids if item not in pictures]
    history = [
        {"entity": item["entity_id"], "name": item["original_name"]}
        for item in entities
        if key(item) in DRAWN and item["entity_id"] not in pictures
    ]
    if history:
        graph = {"type": "history-graph", "hours_to_show": 0.25, "entities": history}
        cards.append(graph | _size(12))
    return {"type": "grid", "cards": cards}


def _tile(entity: str) -> Card:
    """Return a card that names the entity without its device, which stands above."""
    card = {"type": "tile", "entity": entity, "name": {"type": "entity"}} | _size(6)
    return card | ({"color": "green"} if entity.startswith("binary_sensor.") else {})
