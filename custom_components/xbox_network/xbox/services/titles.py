"""titlehub.xboxlive.com: what titles are (`xbox-services.md` 4)."""

from typing import Final

from ..endpoints import Service
from ..errors import XboxNotFoundError
from ..models.titles import Title, TitlesAnswer
from ..transport import Transport

_DECORATIONS: Final = ("achievement", "image", "scid")


class TitlesService:
    """Asks about titles."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport

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
        read = TitlesAnswer.read(answer.json(), Service.TITLES)
        return next((title for title in read.titles if title.title_id == title_id), None)
