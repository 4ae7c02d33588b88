"""Play time in tests: titles, sensor values, and calls of actions."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant

from custom_components.xbox_network.const import DOMAIN
from tests.conftest import Poll
from tests.helpers.entities import Entities

STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
LUMEN_VIDEO = "1900000900"
BERLIN = ZoneInfo("Europe/Berlin")


def minutes(entities: Entities) -> tuple[str, str, str]:
    """Return the play time of today, of this week, and of this session."""
    today, week, session = (
        entities(f"sensor.playtime_{it}") for it in ("today", "week", "session")
    )
    return today, week, session


async def go_to(poll: Poll, moment: datetime, *, step: float = 290.0) -> None:
    """Let time pass until a moment. During play the steps must stay short."""
    seconds = (moment - datetime.now(moment.tzinfo)).total_seconds()
    await poll(seconds - 60, step=step)
    seconds = (moment - datetime.now(moment.tzinfo)).total_seconds()
    await poll(seconds)


async def act(hass: HomeAssistant, action: str, *entity_ids: str, **data: Any) -> Any:
    """Call an action of the integration. Return its response, if it has one."""
    returns_response = action.startswith("get_")
    return await hass.services.async_call(
        DOMAIN,
        action,
        {**({"entity_id": list(entity_ids)} if entity_ids else {}), **data},
        blocking=True,
        return_response=returns_response,
    )
