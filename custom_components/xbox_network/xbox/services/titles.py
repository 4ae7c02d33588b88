"""titlehub.xboxlive.com: titles, and the history of people (`docs/network.md` S4)."""

from datetime import datetime
from typing import Final

from ..endpoints import Service
from ..errors import XboxNotFoundError
from ..models.titles import Title, TitlesAnswer
from ..transport import Transport

_DECORATIONS: Final = ("achievement", "image", "scid")


class TitlesService:
    """Reads titles."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport

    async def last_played(self, xuid: str, most: int) -> dict[str, datetime]:
        """Return the times when a person last played the latest titles, by title id.

        `titleHistory` comes without a decoration; `scid` is the smallest of the decorations. Raises any
        `XboxError`; privacy may refuse it, or leave it empty.
        """
        answer = await self._transport.call(
            Service.TITLES,
            "GET",
            f"/users/xuid({xuid})/titles/titlehistory/decoration/scid",
            query={"maxItems": str(most)},
        )
        titles = (await answer.read(TitlesAnswer.read)).titles
        return {
            title.title_id: title.title_history.last_time_played
            for title in titles
            if title.title_history and title.title_history.last_time_played
        }

    async def history(self, xuid: str, most: int) -> tuple[Title, ...]:
        """Return the titles that a person played with the progress in them, the latest first.

        The list is empty if the person hides it; it may be refused, too. Raises any `XboxError`.
        """
        answer = await self._transport.call(
            Service.TITLES,
            "GET",
            f"/users/xuid({xuid})/titles/titlehistory/decoration/achievement,scid",
            query={"maxItems": str(most)},
        )
        return (await answer.read(TitlesAnswer.read)).titles

    async def info(self, xuid: str, title_id: str) -> Title | None:
        """Return a title with a person's progress in it.

        None if the title is unknown or the person hides it: both are ordinary. Raises any other
        `XboxError`.
        """
        try:
            answer = await self._transport.call(
                Service.TITLES,
                "GET",
                f"/users/xuid({xuid})/titles/titleid({title_id})"
                f"/decoration/{','.join(_DECORATIONS)}",
            )
        except XboxNotFoundError:
            return None
        read = await answer.read(TitlesAnswer.read)
        return next((title for title in read.titles if title.title_id == title_id), None)
