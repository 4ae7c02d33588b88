"""The sensors about all friends: their values, and the requests for them."""

from tests.helpers.entities import Entities
from tests.simulator import RecordedRequest, Simulator

ONLINE = "sensor.friends_online"
REQUESTS = "sensor.friend_requests"


def shown(entities: Entities) -> tuple[str, str]:
    """Return the number of online friends and the number of friend requests, as states."""
    return entities(ONLINE), entities(REQUESTS)


def asked_online(simulator: Simulator) -> list[RecordedRequest]:
    """Return the requests for the online friends."""
    return [it for it in simulator.requests() if b'"group"' in it.body]


def asked_requests(simulator: Simulator) -> list[RecordedRequest]:
    """Return the requests for received friend requests."""
    return [it for it in simulator.requests() if "friendRequests" in it.path]
