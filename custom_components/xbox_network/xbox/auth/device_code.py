"""Sign-in with a code that a person enters on any device (RFC 8628, `docs/network.md` A1.1)."""

import asyncio
import time
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints
from yarl import URL

from ..endpoints import Service
from ..errors import (
    XboxCodeDeclinedError,
    XboxCodeExpiredError,
    XboxRefusedError,
    XboxTemporaryError,
)
from ..http.requests import Answer
from ..models.base import XboxModel
from ..models.tokens import OAuth2TokenResponse
from .entra import DEVICE_CODE_PATH, EntraOAuth
from .oauth import error_word, raise_for_refusal

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:device_code"

_DECLINED = frozenset({"authorization_declined", "access_denied"})
_EXPIRED = frozenset({"expired_token", "bad_verification_code"})
_SLOWER_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 60.0


def _page(address: str) -> str:
    url = URL(address)
    if url.scheme not in ("http", "https") or not url.host or url.user or url.password:
        raise ValueError("not the address of a page")
    return str(url)


class DeviceCode(XboxModel):
    """A code to sign in with: `user_code` is for the person, `device_code` for the application. Secret."""

    device_code: str = Field(repr=False, min_length=1)
    user_code: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,32}$")] = Field(repr=False)
    verification_uri: Annotated[str, AfterValidator(_page)]
    expires_in: float = Field(default=900.0, gt=0.0, le=86_400.0)
    """Seconds until the code ends."""
    interval: float = Field(default=5.0, gt=0.0, le=_LONGEST_PAUSE_SECONDS)
    """Seconds between two questions whether the person is done."""


class DeviceCodeSignIn(EntraOAuth):
    """Signs an account in with a code, at a public application."""

    async def start(self) -> DeviceCode:
        """Return a new code. Raises an `XboxApplicationError` or an `XboxTemporaryError`."""
        answer = await self._ask(DEVICE_CODE_PATH, {"scope": self._scope})
        raise_for_refusal(answer)
        return await answer.read(DeviceCode.read)

    async def wait(self, code: DeviceCode) -> OAuth2TokenResponse:
        """Wait until the person has entered a code, and return the tokens.

        A network that cannot answer is asked again, less and less often (RFC 8628 3.5). Raises
        `XboxCodeExpiredError`, `XboxCodeDeclinedError`, and the errors of `refresh` that name a lasting reason.
        """
        deadline = time.monotonic() + code.expires_in
        pace = pause = code.interval
        while (left := deadline - time.monotonic()) > 0.0:
            await asyncio.sleep(min(pause, left))
            try:
                answer = await self._poll(code)
                match word := _word(answer):
                    case "authorization_pending":
                        pause = pace
                    case "slow_down":
                        pause = pace = min(pace + _SLOWER_SECONDS, _LONGEST_PAUSE_SECONDS)
                    case _:
                        return await _tokens(answer, word)
            except (XboxTemporaryError, XboxRefusedError) as err:
                pause = max(min(2 * pause, _LONGEST_PAUSE_SECONDS), err.retry_after or 0.0)
        raise XboxCodeExpiredError("The code has ended", service=Service.ENTRA)

    async def _poll(self, code: DeviceCode) -> Answer:
        form = {"grant_type": GRANT_TYPE, "device_code": code.device_code}
        return await self._ask(self.token_path, form)


def _word(answer: Answer) -> str | None:
    return None if answer.status == HTTPStatus.OK else error_word(answer.json_object())


async def _tokens(answer: Answer, word: str | None) -> OAuth2TokenResponse:
    for words, kind in ((_DECLINED, XboxCodeDeclinedError), (_EXPIRED, XboxCodeExpiredError)):
        if word in words:
            raise kind(f"No sign-in ({word})", service=answer.service, status=answer.status)
    raise_for_refusal(answer)
    return await answer.read(OAuth2TokenResponse.read)
