"""achievements.xboxlive.com: what can be unlocked (`xbox-services.md` 6)."""

from ..endpoints import Service
from ..models.achievements import AchievementsAnswer
from ..transport import Transport


class AchievementsService:
    """Asks about achievements of titles newer than Xbox 360."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport

    async def total(self, xuid: str, title_id: str) -> int | None:
        """Return how many achievements a title has, which titlehub does not know.

        Of them the answer holds one at most (`xbox-services.md` 6.4). 0 for a title without any, None
        if the answer does not tell. Raises any `XboxError`.
        """
        answer = await self._transport.call(
            Service.ACHIEVEMENTS,
            "GET",
            f"/users/xuid({xuid})/achievements",
            query={"titleId": title_id, "maxItems": "1"},
        )
        read = AchievementsAnswer.read(answer.json(), Service.ACHIEVEMENTS)
        return read.paging_info.total_records if read.paging_info else None
