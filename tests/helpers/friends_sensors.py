"""Sensors of all friends: their values, and the requests for them."""

from tests.helpers.entities import Entities
from tests.simulator import RecordedRequest, Simulator

ONLINE = "sensor.friends_online"
REQUESTS = "sensor.friend_requests"


def shown(entities: Entities) -> tuple[str, str]:
    """Return how many friends are online, and how many people ask to be friends."""
    return entities(ONLINE), entities(REQUESTS)


def asked_online(simulator: Simulator) -> list[RecordedRequest]:
    """Return the requests for who of the friends is online."""
    return [it for it in simulator.requests() if b'"group"' in it.body]


def asked_requests(simulator: Simulator) -> list[RecordedRequest]:
    """Return the requests for who asks to be a friend."""
    return [it for it in simulator.requests() if "friendRequests" in it.path]
