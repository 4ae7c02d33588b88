"""The cards of the demo's view "Family". All card types come with Home Assistant.

Each number of minutes is a state or an attribute of the integration's entities.
"""

import json
from collections.abc import Iterable, Iterator

from ..home_assistant.devices import Person
from .cards import Card, Condition, badge, heading, known, section, shown, size, tile

DAYS = 7
_USUAL_MINUTES = 180  # maximum of the bar of a person without a limit
_FEW_MINUTES = 15
_MOST = 5  # number of achievements
_WRITTEN = """\
{%- macro written(minutes) -%}
{%- set minutes = minutes | int -%}
{%- if minutes >= 60 %}{{ minutes // 60 }} h {% endif %}{{ minutes % 60 }} min
{%- endmacro -%}
"""
_TODAY = f"""\
{_WRITTEN}
{{%- set titles = state_attr("ENTITY", "titles") or {{}} -%}}
<table role="presentation" width="100%">
{{%- for title, minutes in titles.items() | sort(attribute="1", reverse=true) -%}}
<tr><td>{{{{ title }}}}</td><td align="right">{{{{ written(minutes) }}}}</td></tr>
{{%- else -%}}
<tr><td>Nothing yet.</td></tr>
{{%- endfor -%}}
</table>
"""
_ACHIEVEMENTS = """\
{%- set people = PEOPLE -%}
{%- set events = people | map(attribute="event") | expand
  | rejectattr("state", "in", ["unknown", "unavailable"])
  | sort(attribute="state", reverse=true) -%}
<table role="presentation">
{%- for event in events[:MOST] -%}
{%- set person = people | selectattr("event", "eq", event.entity_id) | first -%}
{%- set it = event.attributes -%}
<tr><td width="56">
{%- if it.icon_url %}<img src="{{ it.icon_url }}" width="44" height="44">
{%- else %}<ha-icon icon="mdi:trophy-variant"></ha-icon>{% endif -%}
</td><td>
<b>{{ it.name }}</b> · {{ it.gamerscore }} G
{%- if it.rarity is not none %} · {% if it.rarity_category == "rare" %}<b>rare</b>, {% endif -%}
{{ it.rarity | round(1) }} %{% endif -%}
<br>{{ person.name }}{% if it.title %} in {{ it.title }}{% endif -%}
<br><small>{{ (it.unlocked_at or event.state) | as_timestamp | timestamp_custom("%a %-I:%M %p") }}
{%- if it.late %} · found later{% endif %}</small>
</td></tr>
{%- endfor -%}
</table>
{%- if not events %}There is no achievement yet. It takes a minute or two.{% endif -%}
"""
_ABOUT = """\
**What is real here:** play time counts while these simulated people play, by the integration's own \
rules; you can change a limit, and the time left goes down during play.

**What is not:** the days before the first start of the demo. It wrote them once: into the file \
in which the integration stores play time, and into Home Assistant's statistics.

The integration counts and reports. To send a message or to turn a console off at the end, create \
an [automation](/config/automation/dashboard).
"""


def limited(person: Person, limit: float) -> Card:
    """Return the section of a person with a limit in minutes: the time left, and the play time."""
    today, week = person("sensor", "playtime_today"), person("sensor", "playtime_week")
    playing, left = person("sensor", "now_playing"), person("sensor", "time_left")
    number, bonus = person("number", "daily_limit"), person("button", "bonus_time")
    cards = [
        heading(person.name, "mdi:account-child", badge(playing, "green") | shown(known(playing))),
        _face(person),
        *_left(left),
        *_bars(today, "Today", limit),
        *_bars(week, "This week", DAYS * limit),
        tile(number, 12) | {"name": "Limit a day", "features": [_BUTTONS]} | _INLINE,
        tile(person("sensor", "playtime_session"), 6) | {"name": "Session"},
        tile(bonus, 6) | {"name": "Bonus", "hide_state": True, "tap_action": _press(bonus)},
        *_played(today),
        _days([person]),
    ]
    return section(cards)


def achievements(people: Iterable[Person], others: Iterable[Person]) -> Card:
    """Return the section of each person's last achievement, newest first, and of people without limit."""
    events = [
        {"event": entity, "name": person.name}
        for person in people
        if (entity := person("event", "achievement"))
    ]
    content = _ACHIEVEMENTS.replace("PEOPLE", json.dumps(events)).replace("MOST", str(_MOST))
    cards = [
        heading("Last achievements", "mdi:trophy"),
        {"type": "markdown", "content": content} | size(12),
        heading("Today, without limit", "mdi:account-multiple"),
        *(_row(person) for person in others),
    ]
    return section(cards)


def history(people: Iterable[Person]) -> Card:
    """Return the section of all people's last days."""
    graph = _days(people) | {"grid_options": {"columns": "full", "rows": 6}}
    return section([heading("Everybody's last days", "mdi:chart-bar"), graph]) | {"column_span": 3}


def _days(people: Iterable[Person]) -> Card:
    """Return a graph of the last days' play time from Home Assistant's statistics."""
    entities = [
        {"entity": entity, "name": person.name}
        for person in people
        if (entity := person("sensor", "playtime_today"))
    ]
    alone = len(entities) == 1
    return {
        "type": "statistics-graph",
        "entities": entities,
        "chart_type": "bar" if alone else "bar-stack",
        "period": "day",
        "days_to_show": DAYS,
        "stat_types": ["change"],
        "hide_legend": alone,
        "expand_legend": True,
        "grid_options": {"columns": 12, "rows": 3},
    }


def about() -> Card:
    """Return the section that explains which data are real."""
    return section([{"type": "markdown", "content": _ABOUT} | size("full")]) | {"column_span": 3}


_BUTTONS: Card = {"type": "numeric-input", "style": "buttons"}
_INLINE: Card = {"features_position": "inline"}


def _press(entity: str | None) -> Card:
    target = {"entity_id": entity}
    return {"action": "perform-action", "perform_action": "button.press", "target": target}


def _face(person: Person) -> Card:
    return {"type": "picture", "image_entity": person("image", "gamerpic")} | size(3)


def _left(entity: str | None) -> Iterator[Card]:
    """Yield the time left, in a color for much, little or none."""
    named = {"name": "Time left", "icon": "mdi:timer-sand"}
    yield tile(entity, 9, "green") | named | shown(_between(entity, _FEW_MINUTES, None))
    yield tile(entity, 9, "orange") | named | shown(_between(entity, 0, _FEW_MINUTES + 1))
    yield tile(entity, 9, "red") | named | shown(_between(entity, None, 1))


def _bars(entity: str | None, name: str, most: float) -> Iterator[Card]:
    """Yield a bar that is full and red at the limit."""
    bar = {"name": name, "features": [{"type": "bar-gauge", "max": most}], **_INLINE}
    yield tile(entity, 12, "blue") | bar | shown(_between(entity, None, most))
    yield tile(entity, 12, "red") | bar | shown(_between(entity, most - 1, None))


def _played(entity: str | None) -> Iterator[Card]:
    if entity:
        yield {"type": "heading", "heading": "Played today", "heading_style": "subtitle"}
        content = _TODAY.replace("ENTITY", entity)
        yield {"type": "markdown", "content": content, "text_only": True} | size(12)


def _row(person: Person) -> Card:
    bar = {"type": "bar-gauge", "max": _USUAL_MINUTES}
    today = person("sensor", "playtime_today")
    return tile(today, 12, "blue") | {"name": person.name, "features": [bar], **_INLINE}


def _between(entity: str | None, above: float | None, below: float | None) -> Condition:
    """Return the condition that a number is between two bounds."""
    limits = {"above": above, "below": below}
    bounds = {name: number for name, number in limits.items() if number is not None}
    return {"condition": "numeric_state", "entity": entity, **bounds}
