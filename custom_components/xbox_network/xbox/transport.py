"""The one request function of all services: signed in, counted, and honest about errors."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from .chain import Renewal, TokenChain
from .endpoints import AUTHORISED, Service
from .errors import XboxForbiddenError, XboxServiceError, XboxSignInError
from .exchange import Answer

# A service that accepted the account this many seconds ago shows that its sign-in works.
_RECENTLY = 600.0
_NO_STATEMENT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})


class Transport:
    """Sends requests to the services in the name of one account."""

    def __init__(self, auth: TokenChain, language: str = "en-US") -> None:
        """`language` is the locale in which titles and texts are answered."""
        self.auth = auth
        self.language = language
        self._accepted_at: dict[Service, float] = {}
        self._refused: dict[Service, str] = {}

    async def call(
        self,
        service: Service,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Answer:
        """Send a request and return an answer of status 2xx.

        A refused token is renewed step by step; if nothing helps, `XboxSignInError`. Raises the
        `XboxError` of any other status.
        """
        if service not in AUTHORISED:
            raise ValueError(f"{service} gets no token")
        target = f"{path}?{urlencode(query)}" if query else path
        header = ""
        for step in (None, *Renewal):
            if step is not None:
                await self.auth.renew(step, refused=header)
            header = await self.auth.authorization()
            answer = await self._send(service, method, target, header, json)
            if answer.status != HTTPStatus.UNAUTHORIZED:
                return _checked(answer)
            self._raise_if_only_here(service, step, header)
        raise XboxSignInError(
            f"{service} refuses every token of this account",
            service=service,
            status=HTTPStatus.UNAUTHORIZED,
        )

    async def _send(
        self, service: Service, method: str, target: str, header: str, json: object
    ) -> Answer:
        headers = {"Authorization": header, "Accept-Language": self.language}
        answer = await self.auth.exchange.send(service, method, target, headers=headers, json=json)
        if answer.status not in _NO_STATEMENT and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            self._accepted_at[service] = time.monotonic()
        return answer

    def _raise_if_only_here(self, service: Service, step: Renewal | None, header: str) -> None:
        """Raise if this service alone refuses: then it is a matter of rights, not of sign-in."""
        since = time.monotonic() - _RECENTLY
        works_elsewhere = any(
            at > since for other, at in self._accepted_at.items() if other is not service
        )
        if step is None and self._refused.get(service) != header:
            return  # the token may just be old
        if not works_elsewhere:
            return
        self._refused[service] = header
        self._accepted_at.pop(service, None)  # no witness any more for the others
        raise XboxForbiddenError(
            f"{service} alone refuses the sign-in of this account",
            service=service,
            status=HTTPStatus.UNAUTHORIZED,
        )


def _checked(answer: Answer) -> Answer:
    answer.raise_for_status()
    if "x-xbl-servicedefault" in answer.headers:
        # 200 with made-up values, because something behind the service failed (`xbox-services.md` 0.4)
        raise XboxServiceError(
            f"{answer.service} answered with defaults",
            service=answer.service,
            status=answer.status,
        )
    return answer
