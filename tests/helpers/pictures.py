"""Pictures of entities, as a browser gets them from Home Assistant."""

from typing import Any

from aiohttp.test_utils import TestClient

from custom_components.xbox_network.xbox.endpoints import IMAGE_HOSTS
from tests.helpers.entities import Entities
from tests.simulator import Simulator

PNG = b"\x89PNG\r\n"

type Browser = TestClient[Any, Any]


def fetched(simulator: Simulator) -> list[str]:
    """Return the hosts of all requested pictures."""
    return [it.host for it in simulator.requests() if it.host in IMAGE_HOSTS]


async def look(browser: Browser, entities: Entities, name: str) -> tuple[int, bytes, str]:
    """Load the picture of an entity's state. Return status, bytes and content type."""
    answer = await browser.get(entities[name].attributes["entity_picture"])
    return answer.status, await answer.read(), answer.content_type
