"""The entities of one person, by the names of the contract instead of by entity id."""

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from custom_components.xbox_network.const import DOMAIN

BINARY_SENSORS = ("in_game", "in_party", "online")
SENSORS = (
    "followers",
    "following",
    "friends",
    "game_achievements",
    "game_gamerscore",
    "game_progress",
    "gamerscore",
    "last_online",
    "now_playing",
    "party_size",
    "platform",
    "playtime_session",
    "playtime_today",
    "playtime_week",
    "time_left",
)
EVENTS = ("achievement", "activity")
BUTTONS = ("bonus_time",)
NUMBERS = ("daily_limit",)
OWNER_SENSORS = ("friend_requests", "friends_online")
SENSORS_OFF = ("party_join_restriction", "rich_presence")
IMAGES = ("gamerpic", "now_playing")
IMAGES_OFF = ("avatar", "box_art", "hero_art", "key_art", "poster")

ON_PRESENCE = frozenset(
    {
        "binary_sensor.in_game",
        "binary_sensor.online",
        "event.achievement",
        "event.activity",
        "image.now_playing",
        "sensor.game_achievements",
        "sensor.game_gamerscore",
        "sensor.game_progress",
        "sensor.last_online",
        "sensor.now_playing",
        "sensor.platform",
        "sensor.playtime_session",
        "sensor.playtime_today",
        "sensor.playtime_week",
        "sensor.time_left",
    }
)
"""The entities that stand on what userpresence says."""

ON_NOTHING = frozenset({"button.bonus_time", "number.daily_limit"})
"""The entities that stand on nothing but what the family has agreed on: always there."""

ON_PROFILE = frozenset(
    {
        "binary_sensor.in_party",
        "image.gamerpic",
        "sensor.followers",
        "sensor.following",
        "sensor.friends",
        "sensor.gamerscore",
        "sensor.party_size",
    }
)
"""The entities that stand on what peoplehub says."""

OWNER_ON_PRESENCE = frozenset({"sensor.friends_online"})
"""Of all friends of an account: what stands on userpresence. Nothing takes its place."""

OWNER_ON_PEOPLE = frozenset({"sensor.friend_requests"})
"""Of all friends of an account: what stands on peoplehub."""

OF_ALL_FRIENDS = OWNER_ON_PRESENCE | OWNER_ON_PEOPLE
"""What is known of all friends of an account; asked for rarely, and kept for longer."""


def counts_minutes(entity_id: str) -> bool:
    """Tell whether this is a sensor of play time: it changes each minute while somebody plays."""
    return "_play_time_" in entity_id


class Entities:
    """The entities of one person; each is named `<platform>.<key>`."""

    def __init__(self, hass: HomeAssistant, xuid: str) -> None:
        """Look at the entities of that person."""
        self._hass = hass
        self._xuid = xuid

    def id(self, name: str) -> str:
        """Return the entity id."""
        platform, key = name.split(".")
        found = er.async_get(self._hass).async_get_entity_id(
            platform, DOMAIN, f"{self._xuid}_{key}"
        )
        assert found, f"there is no {name}"
        return found

    def __getitem__(self, name: str) -> State:
        """Return the state with its attributes."""
        state = self._hass.states.get(self.id(name))
        assert state, f"{name} has no state"
        return state

    def __call__(self, name: str) -> str:
        """Return the state alone."""
        return self[name].state

    def all(self) -> dict[str, str]:
        """Return the states of all entities that are enabled."""
        prefix = f"{self._xuid}_"
        return {
            f"{entity.domain}.{entity.unique_id.removeprefix(prefix)}": state.state
            for entity in er.async_get(self._hass).entities.values()
            if entity.unique_id.startswith(prefix)
            and (state := self._hass.states.get(entity.entity_id))
        }

    def steady(self) -> dict[str, str]:
        """Return the states that do not move by themselves while somebody plays."""
        return {
            name: state for name, state in self.all().items() if not counts_minutes(self.id(name))
        }

    def being(self, state: str) -> set[str]:
        """Return the entities that are in a state."""
        return {name for name, is_in in self.all().items() if is_in == state}
