"""Changes of the owner's record in the answers about people."""

from typing import Any

from tests.client.conftest import OWNER
from tests.simulator import Simulator

SINCE = {"lastModified": "2031-03-01T08:00:00"}
HOME_BEHIND = {
    "id": "750323071",
    "name": "Home",
    "placement": "Background",
    "state": "Active",
    **SINCE,
}


def of_owner(answer: Any) -> dict[str, Any]:
    """Return the owner's record in an answer of either service."""
    records = answer["people"] if isinstance(answer, dict) else answer
    owner: dict[str, Any] = next(it for it in records if it["xuid"] == OWNER)
    return owner


def spoil(simulator: Simulator, host: str, times: int = 1, **fields: Any) -> None:
    """Change fields of the owner's record in the next answers of a host."""
    simulator.spoil(host, lambda answer: of_owner(answer).update(fields), times=times)


def console(*titles: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the presence of somebody on a console."""
    return {"devices": [{"type": "Scarlett", "titles": list(titles), **fields}]}
