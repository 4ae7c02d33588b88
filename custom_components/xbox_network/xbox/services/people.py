"""peoplehub.xboxlive.com: the profiles of people (`docs/network.md` S1)."""

from collections.abc import Sequence
from itertools import batched
from typing import Final

from ..endpoints import Service
from ..models.people import PeopleAnswer, Person
from ..transport import Transport

# No published limit; more than this has not been seen to work.
_MOST_AT_ONCE: Final = 100
_DECORATIONS: Final = ("detail", "presenceDetail", "multiplayerSummary")


class PeopleService:
    """Reads profiles, the friend list and friend requests."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account.

        `friend_requests_reported` is the number of friend requests in the answer to a `batch`; most have none.
        """
        self._transport = transport
        self.friend_requests_reported: int | None = None

    async def batch(self, xuids: Sequence[str]) -> dict[str, Person]:
        """Return the given people by xuid. The own account may be one of them.

        A person whom the service does not know is missing. Raises any `XboxError`.
        """
        people: dict[str, Person] = {}
        for some in batched(xuids, _MOST_AT_ONCE, strict=False):
            answer = await self._transport.call(
                Service.PEOPLE,
                "POST",
                f"/users/me/people/batch/decoration/{','.join(_DECORATIONS)}",
                json={"xuids": list(some)},
            )
            read = await answer.read(PeopleAnswer.read)
            if read.requests_received is not None:
                self.friend_requests_reported = read.requests_received
            wanted = frozenset(some)
            people |= {person.xuid: person for person in read.people if person.xuid in wanted}
        return people

    async def friends(self) -> dict[str, Person]:
        """Return the account's friends by xuid, with names but without decorations.

        A whole list of up to 1,000 people: for a dialog, never for a poll. Raises any `XboxError`.
        """
        answer = await self._transport.call(Service.PEOPLE, "GET", "/users/me/people/friends")
        read = await answer.read(PeopleAnswer.read)
        return {person.xuid: person for person in read.people}

    async def friend_requests(self) -> frozenset[str]:
        """Return the xuids of the people who want to be the account's friends and wait for an answer.

        One small request, without decorations (`docs/network.md` S11.2). Raises any `XboxError`.
        """
        answer = await self._transport.call(
            Service.PEOPLE, "GET", "/users/me/people/friendRequests(received)"
        )
        read = await answer.read(PeopleAnswer.read)
        return frozenset(person.xuid for person in read.people)
