"""profile.xboxlive.com: the person of a gamertag (`docs/network.md` S3)."""

from http import HTTPStatus
from urllib.parse import quote

from ..endpoints import Service
from ..errors import XboxNotFoundError, XboxRequestError
from ..models.profile import ProfileAnswer, ProfileUser
from ..transport import Transport


class ProfileService:
    """Reads profiles."""

    def __init__(self, transport: Transport) -> None:
        """Ask in the name of one account."""
        self._transport = transport

    async def by_gamertag(self, gamertag: str) -> ProfileUser | None:
        """Return the person of a gamertag, classic or modern with its `#` suffix; None without one.

        Raises any other `XboxError`.
        """
        found = await self._lookup(gamertag)
        if found is None and "#" in gamertag:
            # the classic form is sure to be known (`docs/network.md` S1.3)
            found = await self._lookup(gamertag.replace("#", ""))
        return found

    async def _lookup(self, gamertag: str) -> ProfileUser | None:
        try:
            answer = await self._transport.call(
                Service.PROFILE,
                "GET",
                f"/users/gt({quote(gamertag, safe='')})/profile/settings",
                query={"settings": "Gamertag,UniqueModernGamertag"},
            )
        except XboxNotFoundError:
            return None
        except XboxRequestError as err:
            if err.status != HTTPStatus.BAD_REQUEST:
                raise
            return None  # the text does not have the form of a gamertag
        return next(iter((await answer.read(ProfileAnswer.read)).profile_users), None)
