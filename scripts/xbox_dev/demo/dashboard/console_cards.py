"""The cards of a console on the demo's dashboard. All card types come with Home Assistant."""

from collections.abc import Iterator

from ..home_assistant.devices import Console
from .cards import Card, badge, heading, is_on, known, section, shown, size, tile

# Three in a row, as on a controller.
_BUTTONS = (
    ("View", "view", "mdi:dock-window"),
    ("Up", "up", "mdi:chevron-up"),
    ("Menu", "menu", "mdi:menu"),
    ("Left", "left", "mdi:chevron-left"),
    ("A", "a", "mdi:alpha-a-circle"),
    ("Right", "right", "mdi:chevron-right"),
    ("B", "b", "mdi:alpha-b-circle"),
    ("Down", "down", "mdi:chevron-down"),
    ("Xbox", "nexus", "mdi:microsoft-xbox"),
)


def console(console: Console) -> Card:
    """Return the section of a console: media player, remote control, and disks."""
    player = console("sensor", "player")
    cards = [
        heading(console.name, "mdi:microsoft-xbox", badge(player) | shown(known(player))),
        {"type": "media-control", "entity": console("media_player", "")} | size(12),
        _sources(console),
        *_remote(console),
        heading("Disks", "mdi:harddisk"),
        *_disks(console),
    ]
    return section(cards)


def _sources(console: Console) -> Card:
    features: Card = {"features": [{"type": "media-player-source"}]}
    return tile(console("media_player", ""), 12) | {"name": "Game or app"} | features


def _remote(console: Console) -> Iterator[Card]:
    remote = console("remote", "")
    on = shown(is_on(remote))
    yield heading("Remote", "mdi:remote") | on
    for name, command, icon in _BUTTONS:
        yield _press(remote, name, command, icon) | on
    for key in ("home", "guide", "reboot"):
        yield tile(console("button", key), 4) | {"vertical": True, "hide_state": True} | on


def _press(remote: str | None, name: str, command: str, icon: str) -> Card:
    action = {
        "action": "perform-action",
        "perform_action": "remote.send_command",
        "target": {"entity_id": remote},
        "data": {"command": command},
    }
    card = {"type": "button", "name": name, "icon": icon, "show_name": False, "tap_action": action}
    return {**card, "icon_height": "28px", "grid_options": {"columns": 4, "rows": 1}}


def _disks(console: Console) -> Iterator[Card]:
    yield tile(console("binary_sensor", "storage_problem"), 12)
    for free in console.all("sensor", "storage_free_"):
        yield tile(free, 6)
    for total in console.all("sensor", "storage_total_"):
        yield tile(total, 6)
