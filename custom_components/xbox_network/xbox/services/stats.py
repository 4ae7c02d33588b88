"""userstats.xboxlive.com: the statistics of people in titles (`docs/network.md` S5)."""

from collections.abc import Collection
from itertools import batched
from typing import Final

from ..endpoints import Service
from ..models.stats import StatsAnswer
from ..models.titles import PersonTitle
from ..transport import Transport

# No limit is published for a batch; a desktop launcher sends a whole library.
_MOST_TITLES: Final = 100
_MOST_PEOPLE: Final = 100
_MINUTES: Final = "MinutesPlayed"


class StatsService:
    """Reads the numbers that the network keeps of people in titles."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport

    async def minutes_played(self, pairs: Collection[PersonTitle]) -> dict[PersonTitle, float]:
        """Return the total minutes that people have played titles: one request for all of them.

        A pair is missing if it has no number, which is so for some titles, or if the person hides it. When the
        number changes is unknown (`docs/network.md` S5.4). Raises any `XboxError`.
        """
        found: dict[PersonTitle, float] = {}
        people = sorted({xuid for xuid, _ in pairs})
        titles = sorted({title_id for _, title_id in pairs})
        for xuids in batched(people, _MOST_PEOPLE, strict=False):
            for title_ids in batched(titles, _MOST_TITLES, strict=False):
                found |= await self._batch(xuids, title_ids)
        return {pair: minutes for pair, minutes in found.items() if pair in pairs}

    async def _batch(
        self, xuids: Collection[str], title_ids: Collection[str]
    ) -> dict[PersonTitle, float]:
        answer = await self._transport.call(
            Service.STATS,
            "POST",
            "/batch",
            json={
                "arrangebyfield": "xuid",
                "xuids": list(xuids),
                "groups": [],
                "stats": [{"name": _MINUTES, "titleId": title_id} for title_id in title_ids],
            },
        )
        return await answer.read(_minutes)


def _minutes(body: object, service: str) -> dict[PersonTitle, float]:
    return {
        (stat.xuid or people.arrangebyfieldid, stat.titleid): stat.value
        for people in StatsAnswer.read(body, service).statlistscollection
        for stat in people.stats
        if stat.name.casefold() == _MINUTES.casefold() and stat.value is not None
    }
