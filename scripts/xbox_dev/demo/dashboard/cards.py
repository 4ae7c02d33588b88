"""The cards of the demo's dashboard. All card types come with Home Assistant."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..home_assistant.devices import Person

type Card = dict[str, Any]
type Condition = dict[str, Any]

NOTHING = ["unknown", "unavailable"]
ABOUT = """\
These people and their network are simulated: a script moves them, so the states change by themselves.

**Try it yourself:** [open the integration](/config/integrations/integration/xbox_network). \
*Add friends* adds more of them to the account. *Add account* leads to a sign-in page with accounts \
of all kinds: without friends, a child's, without profile, banned, in a country without Xbox, …
"""
LATEST = """\
{%- set texts = {
  "came_online": "came online",
  "went_offline": "went offline",
  "started_playing": "started playing",
  "stopped_playing": "stopped playing",
  "joined_party": "joined a party",
  "left_party": "left a party",
} -%}
{%- set people = PEOPLE -%}
{%- set events = people | map(attribute="event") | expand
  | rejectattr("state", "in", ["unknown", "unavailable"])
  | sort(attribute="state", reverse=true) -%}
<table role="presentation">
{%- for event in events[:6] -%}
{%- set person = people | selectattr("event", "eq", event.entity_id) | first -%}
{%- set kind = event.attributes.event_type -%}
<tr><td width="48"><img src="{{ state_attr(person.face, "entity_picture") }}" width="36"></td><td>
<b>{{ person.name }}</b> {{ texts.get(kind, kind) }}
{%- if event.attributes.title and "playing" in kind %} <b>{{ event.attributes.title }}</b>{% endif -%}
<br><small>{{ event.state | as_timestamp | timestamp_custom("%-I:%M:%S %p") }}</small>
</td></tr>
{%- endfor -%}
</table>
{%- if not events %}Nothing has happened yet.{% endif -%}
"""


def owner(person: Person) -> Card:
    """Return the section of an account's owner: the played game and its progress."""
    playing = known(person("sensor", "now_playing"))
    idle = _unknown(person("sensor", "now_playing"))
    art = person("image", "now_playing")
    progress, platform = person("sensor", "game_progress"), person("sensor", "platform")
    cards = [
        heading(person.name, "mdi:account", badge(person("sensor", "gamerscore"))),
        _picture(art) | shown(known(art)),
        _picture(person("image", "gamerpic")) | shown(_unknown(art)),
        tile(person("sensor", "now_playing"), 12, "green") | shown(playing),
        tile(person("binary_sensor", "online"), 12, "green") | shown(idle),
        _bar(progress) | shown(known(progress)),
        tile(person("sensor", "game_achievements"))
        | {"name": "Achievements"}
        | shown(known(progress)),
        tile(person("sensor", "game_gamerscore")) | {"name": "Gamerscore"} | shown(known(progress)),
        tile(platform) | shown(known(platform)),
        tile(person("sensor", "party_size")) | shown(is_on(person("binary_sensor", "in_party"))),
    ]
    return section(cards)


def friends(people: Iterable[Person]) -> Iterator[Card]:
    """Yield the section of the friends: who is online and plays which game, and who is not."""
    people = list(people)
    tracked = [person for person in people if not person.owner]
    if not tracked:
        return
    badges = []
    for person in people:
        requests = person("sensor", "friend_requests")
        badges.append(badge(person("sensor", "friends_online")))
        badges.append(badge(requests, "orange") | shown(_above(requests, 0)))
    cards = [heading("Online", "mdi:account-multiple", *badges)]
    cards += [card for person in tracked for card in _online(person)]
    cards.append(heading("Not online", "mdi:account-off"))
    cards += [card for person in tracked for card in _not_online(person)]
    yield section(cards)


def _online(person: Person) -> Iterator[Card]:
    """Yield a face, and beside it the played title or else the platform."""
    online = is_on(person("binary_sensor", "online"))
    playing, platform = person("sensor", "now_playing"), person("sensor", "platform")
    named = {"name": person.name, "show_entity_picture": True}
    yield _face(person) | shown(online)
    yield tile(playing, 9, "green") | named | shown(online, known(playing))
    yield tile(platform, 9, "green") | named | shown(online, _unknown(playing))


def _not_online(person: Person) -> Iterator[Card]:
    """Yield a face, and beside it the last time online, if known."""
    online, last = person("binary_sensor", "online"), person("sensor", "last_online")
    offline = {"condition": "state", "entity": online, "state_not": "on"}
    named = {"name": person.name}
    yield _face(person) | shown(offline)
    yield tile(last, 9, "grey") | named | shown(offline, known(last))
    yield tile(online, 9, "grey") | named | shown(offline, _unknown(last))


def recent_events(people: Iterable[Person]) -> Card:
    """Return the section of recent events: the last one of each person, and the played titles."""
    people = list(people)
    latest = [
        {
            "event": person("event", "activity"),
            "face": person("image", "gamerpic"),
            "name": person.name,
        }
        for person in people
        if person("event", "activity")
    ]
    played = [
        {"entity": entity, "name": person.name}
        for person in people
        if (entity := person("sensor", "now_playing"))
    ]
    cards = [
        heading("Latest", "mdi:bell-ring"),
        {"type": "markdown", "content": LATEST.replace("PEOPLE", json.dumps(latest))} | size(12),
        heading("Who played what", "mdi:chart-timeline"),
        {"type": "history-graph", "hours_to_show": 0.25, "entities": played} | size(12),
    ]
    return section(cards)


def about() -> Card:
    """Return the section that explains the dashboard."""
    return section([{"type": "markdown", "content": ABOUT} | size("full")]) | {"column_span": 3}


def everything(person: Person) -> Card:
    """Return a section with all entities of a person."""
    pictures = [it for it in person.ids.values() if it.startswith("image.")]
    facts = [it for it in person.ids.values() if it not in pictures]
    cards = [_picture(it, 6) | shown(known(it)) for it in pictures]
    cards += [tile(it, 6, "green" if it.startswith("binary_") else None) for it in facts]
    return section([heading(person.name, "mdi:account"), *cards])


def section(cards: Iterable[Card]) -> Card:
    """Return a section of the cards that have an entity."""
    existing = [
        card for card in cards if card.get("entity", True) and card.get("image_entity", True)
    ]
    return {"type": "grid", "cards": existing}


def heading(text: str, icon: str, *badges: Card) -> Card:
    """Return the heading of a part of a section."""
    existing = [badge for badge in badges if badge["entity"]]
    return {"type": "heading", "heading": text, "icon": icon, "badges": existing}


def badge(entity: str | None, color: str = "state") -> Card:
    """Return a badge of a heading."""
    return {"type": "entity", "entity": entity, "show_state": True, "color": color}


def size(columns: int | str) -> Card:
    """Return the width of a card, in columns of 12."""
    return {"grid_options": {"columns": columns, "rows": "auto"}}


def _picture(entity: str | None, columns: int = 12) -> Card:
    card = {"type": "picture-entity", "entity": entity, "show_state": False, "show_name": False}
    return card | size(columns)


def _face(person: Person) -> Card:
    return {"type": "picture", "image_entity": person("image", "gamerpic")} | size(3)


def tile(entity: str | None, columns: int = 6, color: str | None = None) -> Card:
    """Return a tile with the entity's name without its device, which the heading names."""
    card = {"type": "tile", "entity": entity, "name": {"type": "entity"}} | size(columns)
    return card | ({"color": color} if color else {})


def _bar(entity: str | None) -> Card:
    features = {"features": [{"type": "bar-gauge"}], "features_position": "inline"}
    return tile(entity, 12, "green") | features


def shown(*conditions: Condition) -> Card:
    """Return the conditions under which a card is visible."""
    return {"visibility": list(conditions)}


def known(entity: str | None) -> Condition:
    """Return the condition that the state of an entity is known."""
    return {"condition": "state", "entity": entity, "state_not": NOTHING}


def _unknown(entity: str | None) -> Condition:
    return {"condition": "state", "entity": entity, "state": NOTHING}


def is_on(entity: str | None) -> Condition:
    """Return the condition that an entity is on."""
    return {"condition": "state", "entity": entity, "state": "on"}


def _above(entity: str | None, number: int) -> Condition:
    return {"condition": "numeric_state", "entity": entity, "above": number}
