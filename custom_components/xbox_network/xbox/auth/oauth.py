"""An application at Microsoft's OAuth2 endpoints, and those of Live (`docs/network.md` A1.1)."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar, Final

from yarl import URL

from ..characters import without_invisible
from ..endpoints import Service, locate
from ..errors import (
    OAuthProblem,
    XboxCredentialsError,
    XboxError,
    XboxRefusedError,
    XboxRegistrationError,
    XboxServiceError,
    XboxSignInError,
    oauth_problem,
)
from ..http.rate_limits import pause_asked_for
from ..http.requests import Answer, HttpClient
from ..models.tokens import OAuth2TokenResponse

AUTHORIZE_PATH: Final = "/oauth20_authorize.srf"
TOKEN_PATH: Final = "/oauth20_token.srf"
# Who has allowed the application is not asked again (`docs/network.md` A1.1).
CONSENT: Final = {"approval_prompt": "auto"}
# Without it Microsoft takes the account that the browser is signed in with, whoever is meant.
ACCOUNT_CHOICE: Final = {"prompt": "select_account"}

_LONGEST_WORD = 40
_AADSTS = re.compile(r"\bAADSTS([0-9]{3,8})\b")


class OAuthApplication:
    """One registered application at a token endpoint of Microsoft."""

    service: ClassVar[Service]
    token_path: ClassVar[str]

    def __init__(
        self,
        http: HttpClient,
        client_id: str,
        client_secret: str | None,
        scopes: Sequence[str],
    ) -> None:
        """Take the application as it is registered; a public application has no secret."""
        self._http = http
        # both were pasted, and neither has characters that nobody sees
        self._client_id = without_invisible(client_id)
        self._client_secret = client_secret and without_invisible(client_secret)
        self._scope = " ".join(scopes)

    async def refresh(self, refresh_token: str) -> OAuth2TokenResponse:
        """Exchange a refresh token for new tokens.

        If the answer holds no refresh token, the old one stays valid. Raises `XboxSignInError`,
        an `XboxApplicationError`, or an `XboxTemporaryError`.
        """
        return await self._exchange({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def _exchange(self, grant: Mapping[str, str]) -> OAuth2TokenResponse:
        """Exchange a grant for tokens. Raises the errors of `refresh`."""
        answer = await self._ask(self.token_path, {**grant, "scope": self._scope})
        raise_for_refusal(answer)
        return await answer.read(OAuth2TokenResponse.read)

    async def _ask(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form in the name of the application and return the answer, of any status."""
        form = {**form, "client_id": self._client_id}
        if self._client_secret:
            form["client_secret"] = self._client_secret
        return await self._http.send(self.service, "POST", path, form=form)


class LiveOAuth(OAuthApplication):
    """One registered application at login.live.com."""

    service = Service.LIVE
    token_path = TOKEN_PATH

    def authorization_url(self, redirect_uri: str, state: str | None = None) -> str:
        """Return the page on which the person allows the application."""
        query = {
            "client_id": self._client_id,
            "response_type": "code",
            **CONSENT,
            "scope": self._scope,
            "redirect_uri": redirect_uri,
        }
        url: URL = locate(Service.LIVE, AUTHORIZE_PATH).with_query(query)
        return str(url.update_query(state=state) if state else url)

    async def redeem(self, authorization_code: str, redirect_uri: str) -> OAuth2TokenResponse:
        """Exchange an authorization code for tokens. Raises the errors of `refresh`."""
        return await self._exchange(
            {
                "grant_type": "authorization_code",
                "code": authorization_code,
                "redirect_uri": redirect_uri,
            }
        )


def raise_for_refusal(answer: Answer) -> None:
    """Raise the error of an answer of a token endpoint that is not 200."""
    if answer.status == HTTPStatus.OK:
        return
    body = answer.json_object()
    word = error_word(body)
    server_side = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    problem = OAuthProblem.TRY_LATER if server_side else oauth_problem(word)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        answer.raise_for_status()
    raise _refusal(answer, problem, word, aadsts_number(body))


def error_word(body: Mapping[str, object]) -> str | None:
    """Return the `error` of an answer, None without one."""
    error = body.get("error")
    return error if isinstance(error, str) and len(error) < _LONGEST_WORD else None


def _refusal(
    answer: Answer, problem: OAuthProblem | None, word: str | None, aadsts: int | None
) -> XboxError:
    pause = pause_asked_for(answer.headers, None)
    service, status = answer.service, answer.status
    reason = f"{word}, AADSTS{aadsts}" if aadsts else word
    match problem:
        case OAuthProblem.SIGN_IN_AGAIN:
            message = f"Microsoft refuses the grant ({reason})"
            return XboxSignInError(
                message, service=service, status=status, retry_after=pause, aadsts=aadsts
            )
        case OAuthProblem.WRONG_CREDENTIALS | OAuthProblem.WRONG_REGISTRATION:
            wrong_credentials = problem is OAuthProblem.WRONG_CREDENTIALS
            kind = XboxCredentialsError if wrong_credentials else XboxRegistrationError
            message = f"Microsoft refuses the application ({reason})"
            return kind(message, service=service, status=status, retry_after=pause, aadsts=aadsts)
        case None if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            # a 400 without an error code left people without a prompt to sign in (Home Assistant core, issue 61046)
            message = f"Microsoft refuses the grant (status {status})"
            return XboxRefusedError(
                message,
                service=service,
                status=status,
                retry_after=pause,
                is_page=answer.is_page,
            )
    message = f"{service} answered with status {status}"
    return XboxServiceError(message, service=service, status=status, retry_after=pause)


def aadsts_number(body: Mapping[str, object]) -> int | None:
    """Return Microsoft's number for the reason of a refusal, None without one. The text is not for users."""
    codes = body.get("error_codes")
    for code in codes if isinstance(codes, list) else ():
        if isinstance(code, int) and 0 < code < 10**8:
            return code
    found = _AADSTS.search(str(body.get("error_description")))
    return int(found[1]) if found else None
