"""userpresence.xboxlive.com: the presences of people (`docs/network.md` S2)."""

from collections.abc import Sequence
from itertools import batched
from typing import Final

from ..endpoints import Service
from ..errors import XboxResponseError
from ..http.requests import Answer
from ..models.presence import PRESENCE_ANSWER, PresenceRecord
from ..presence import presence_of_record
from ..transport import Transport

_MOST_AT_ONCE: Final = 1100


class PresenceService:
    """Reads presences; the service has its own budget, larger than that of peoplehub."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport

    async def batch(self, xuids: Sequence[str]) -> dict[str, PresenceRecord]:
        """Return the presence of the given people by xuid.

        A person who hides the presence is missing: unknown, not offline. Raises any `XboxError`.
        """
        records: dict[str, PresenceRecord] = {}
        for some in batched(xuids, _MOST_AT_ONCE, strict=False):
            answer = await self._transport.call(
                Service.PRESENCE,
                "POST",
                "/users/batch",
                json={"users": list(some), "level": "all", "onlineOnly": False},
            )
            read = _read(answer)
            records |= {record.xuid: record for record in read if record.xuid in some}
        return records

    async def friends_online(self, xuid: str) -> frozenset[str]:
        """Return the xuids of the people whom the account of this xuid follows and who are online, or away.

        One request for all of them (`docs/network.md` S2.2). People who hide the presence are not among them.
        Raises any `XboxError`.
        """
        answer = await self._transport.call(
            Service.PRESENCE,
            "POST",
            "/users/batch",
            json={"group": "People", "groupXuid": xuid, "level": "user", "onlineOnly": True},
        )
        online = {record.xuid for record in _read(answer) if presence_of_record(record).online}
        return frozenset(online - {xuid})


def _read(answer: Answer) -> tuple[PresenceRecord, ...]:
    body = answer.json()
    if not isinstance(body, list):
        raise XboxResponseError(f"{Service.PRESENCE} answered no list", service=Service.PRESENCE)
    return PRESENCE_ANSWER.validate_python(body)
