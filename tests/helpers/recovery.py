"""Whether an account that was refused is back."""

from homeassistant.const import STATE_UNAVAILABLE

from tests.helpers.entities import Entities
from tests.simulator import Person

STARFALL_DRIFT = "1900000001"


def is_back(entities: Entities, owner: Person) -> bool:
    """Return whether everything is available and shows the world as it is."""
    shown = entities("sensor.now_playing") == "Starfall Drift"
    playing = owner.primary is not None and owner.primary.title.title_id == STARFALL_DRIFT
    return entities.being(STATE_UNAVAILABLE) == set() and shown == playing
