"""What can go wrong between this client and the Xbox network: one tree of errors.

No message holds a token, a xuid, a gamertag or an address with one of them in it.
"""

from enum import StrEnum

from .endpoints import Service
from .xerr import AccountRefusal, Remedy


class XboxError(Exception):
    """Base of all errors that leave this client.

    `service` is the host that was asked, `status` its HTTP status if it answered.
    """

    def __init__(
        self, message: str, *, service: str | None = None, status: int | None = None
    ) -> None:
        """Keep what is known besides the message."""
        super().__init__(message)
        self.service = service
        self.status = status


class XboxTemporaryError(XboxError):
    """The network cannot answer now; the same request may succeed later.

    `retry_after` is the number of seconds to wait first, when that is known.
    """

    def __init__(
        self,
        message: str,
        *,
        service: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Keep how long to wait."""
        super().__init__(message, service=service, status=status)
        self.retry_after = retry_after


class XboxConnectionError(XboxTemporaryError):
    """No answer: no network, a time-out, a connection cut half-way."""


class XboxServiceError(XboxTemporaryError):
    """The service itself failed (408, 5xx), or answered with defaults in place of data."""


class XboxRateLimitError(XboxTemporaryError):
    """Too many requests: the service said so, or our own count of its budget."""


class XboxResponseError(XboxTemporaryError):
    """The answer could not be read: no JSON, a wrong outer shape, or too large."""


class XboxRequestError(XboxError):
    """The service understood and will not do it: a 4xx that waiting does not cure."""


class XboxForbiddenError(XboxRequestError):
    """No right to see or do this (403, or a 401 that a fresh token does not cure)."""


class XboxNotFoundError(XboxRequestError):
    """There is no such person, title or console (404)."""


class XboxAuthError(XboxError):
    """The sign-in chain stopped."""


class XboxSignInError(XboxAuthError):
    """The person has to sign in again: the grant has expired or was withdrawn."""


class XboxCredentialsError(XboxAuthError):
    """Client id or client secret of the registered application are refused."""


class XboxRegistrationError(XboxAuthError):
    """Microsoft gave a token that Xbox does not take: wrong kind of application or scopes."""


class XboxAccountError(XboxAuthError):
    """Xbox refuses this account; `refusal` says why and what helps.

    `redirect` is a page of Microsoft's that the person may be sent to, if one was given.
    """

    def __init__(
        self,
        refusal: AccountRefusal,
        *,
        service: str | None = None,
        status: int | None = None,
        redirect: str | None = None,
    ) -> None:
        """Keep the refusal."""
        super().__init__(
            f"{refusal.meaning} (XErr {refusal.code}, {refusal.code:#x})",
            service=service,
            status=status,
        )
        self.refusal = refusal
        self.redirect = redirect


class ConsoleProblem(StrEnum):
    """Why the console service or a console did not do what it was asked."""

    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    CONSOLE_OFF = "console_off"
    UNREACHABLE = "unreachable"
    REMOTE_MANAGEMENT_DISABLED = "remote_management_disabled"
    NOT_LINKED = "not_linked"
    THROTTLED = "throttled"
    FAILED = "failed"


class XboxConsoleError(XboxError):
    """A console did not do it, or its service says why it cannot be asked.

    `code` is the word of the service for that, if it gave one.
    """

    def __init__(
        self, problem: ConsoleProblem, *, code: str | None = None, status: int | None = None
    ) -> None:
        """Keep what is known."""
        word = f" ({code})" if code else ""
        super().__init__(
            f"The console did not do it: {problem}{word}", service=Service.CONSOLES, status=status
        )
        self.problem = problem
        self.code = code


class XboxWakeError(XboxConsoleError):
    """A console did not wake up, however often it was told to.

    Known reasons: it lost the connection by which the network reaches it (unplug it once), it is not in
    the power mode "Sleep", or a power-saving feature of the house cut it off.
    """


class XboxCommandNameError(XboxError, ValueError):
    """There is no command of that name; `name` is what was asked for, and may be anything."""

    def __init__(self, name: str) -> None:
        """Keep the name out of the message: it may be a text that was meant to be typed."""
        super().__init__("There is no such command")
        self.name = name


def needs_person(err: XboxError) -> bool:
    """Tell whether a person has to mend something first, other than to sign in again."""
    if isinstance(err, XboxAccountError):
        return err.refusal.remedy is not Remedy.WAIT
    return isinstance(err, XboxCredentialsError | XboxRegistrationError)


class OAuthProblem(StrEnum):
    """What an `error` of the OAuth endpoints asks for (`xbox-auth-and-realtime.md` 1.1)."""

    SIGN_IN_AGAIN = "sign_in_again"
    WRONG_CREDENTIALS = "wrong_credentials"
    TRY_LATER = "try_later"


_OAUTH_PROBLEMS = {
    "invalid_grant": OAuthProblem.SIGN_IN_AGAIN,
    "interaction_required": OAuthProblem.SIGN_IN_AGAIN,
    "invalid_client": OAuthProblem.WRONG_CREDENTIALS,
    "unauthorized_client": OAuthProblem.WRONG_CREDENTIALS,
    "invalid_scope": OAuthProblem.WRONG_CREDENTIALS,
    "server_error": OAuthProblem.TRY_LATER,
    "temporarily_unavailable": OAuthProblem.TRY_LATER,
}


def oauth_problem(error: str | None) -> OAuthProblem | None:
    """Return what an OAuth `error` word asks for, None for a word that says nothing."""
    return _OAUTH_PROBLEMS.get(error or "")
