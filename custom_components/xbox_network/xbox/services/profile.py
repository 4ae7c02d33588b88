"""profile.xboxlive.com: who has a gamertag (`xbox-services.md` 3)."""

from urllib.parse import quote

from ..endpoints import Service
from ..errors import XboxNotFoundError
from ..models.profile import ProfileAnswer, ProfileUser
from ..transport import Transport


class ProfileService:
    """Asks for profiles."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport

    async def by_gamertag(self, gamertag: str) -> ProfileUser | None:
        """Return who has a gamertag, classic or modern with its `#` suffix; None if nobody has.

        Raises any other `XboxError`.
        """
        try:
            answer = await self._transport.call(
                Service.PROFILE,
                "GET",
                f"/users/gt({quote(gamertag, safe='')})/profile/settings",
                query={"settings": "Gamertag"},
            )
        except XboxNotFoundError:
            return None
        return next(iter(ProfileAnswer.read(answer.json(), Service.PROFILE).profile_users), None)
