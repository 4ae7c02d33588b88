"""userpresence.xboxlive.com: the presences of people (`docs/network.md` S2)."""

from collections.abc import Sequence
from itertools import batched
from typing import Final

from ..endpoints import Service
from ..errors import XboxResponseError
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
            read, wanted = await answer.read(_records), frozenset(some)
            records |= {record.xuid: record for record in read if record.xuid in wanted}
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
        return await answer.read(_online) - {xuid}


def _records(body: object, service: str) -> tuple[PresenceRecord, ...]:
    if not isinstance(body, list):
        raise XboxResponseError(f"{service} answered no list", service=service)
    return PRESENCE_ANSWER.validate_python(body)


def _online(body: object, service: str) -> frozenset[str]:
    return frozenset(it.xuid for it in _records(body, service) if presence_of_record(it).online)
