"""The entities of a person, by platform and key instead of by entity id."""

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
"""The entities that depend on userpresence."""

ON_NOTHING = frozenset({"button.bonus_time", "number.daily_limit"})
"""The entities that depend only on the family's settings: always available."""

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
"""The entities that depend on peoplehub."""

OWNER_ON_PRESENCE = frozenset({"sensor.friends_online"})
"""The account's entities about all friends that depend on userpresence, without a substitute."""

OWNER_ON_PEOPLE = frozenset({"sensor.friend_requests"})
"""The account's entities about all friends that depend on peoplehub."""

OF_ALL_FRIENDS = OWNER_ON_PRESENCE | OWNER_ON_PEOPLE
"""The entities about all friends. They are refreshed rarely and stay available for longer."""


def counts_minutes(entity_id: str) -> bool:
    """Return whether this is a play time sensor, which changes every minute during play."""
    return "_play_time_" in entity_id


class Entities:
    """The entities of a person, each named `<platform>.<key>`."""

    def __init__(self, hass: HomeAssistant, xuid: str) -> None:
        """Select the entities of that person."""
        self._hass = hass
        self._xuid = xuid

    def id(self, name: str) -> str:
        """Return the entity id."""
        platform, key = name.split(".")
        entity_id = er.async_get(self._hass).async_get_entity_id(
            platform, DOMAIN, f"{self._xuid}_{key}"
        )
        assert entity_id, f"there is no {name}"
        return entity_id

    def __getitem__(self, name: str) -> State:
        """Return the state with its attributes."""
        state = self._hass.states.get(self.id(name))
        assert state, f"{name} has no state"
        return state

    def __call__(self, name: str) -> str:
        """Return the state without attributes."""
        return self[name].state

    def all(self) -> dict[str, str]:
        """Return the states of all enabled entities."""
        prefix = f"{self._xuid}_"
        return {
            f"{entity.domain}.{entity.unique_id.removeprefix(prefix)}": state.state
            for entity in er.async_get(self._hass).entities.values()
            if entity.unique_id.startswith(prefix)
            and (state := self._hass.states.get(entity.entity_id))
        }

    def steady(self) -> dict[str, str]:
        """Return the states that do not change by themselves during play."""
        return {
            name: state for name, state in self.all().items() if not counts_minutes(self.id(name))
        }

    def being(self, state: str) -> set[str]:
        """Return the entities with a certain state."""
        return {name for name, current in self.all().items() if current == state}
