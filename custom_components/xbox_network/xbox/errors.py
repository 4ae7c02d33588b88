"""The errors of this client: one tree.

No message holds a token, a xuid, a gamertag, or an address that contains one of them.
"""

import traceback
from enum import StrEnum
from typing import Final, TypedDict, Unpack

from .endpoints import Service
from .xerr import REFUSALS, AccountRefusal, Remedy


class AnswerFacts(TypedDict, total=False):
    """What is known of the answer that an error is about."""

    service: str | None
    status: int | None
    retry_after: float | None


class XboxError(Exception):
    """The base of all errors that leave this client.

    `service` is the host of the request, `status` the HTTP status of the answer, if there was one.
    `retry_after` is the number of seconds to wait first, if the answer named it. `held_back` is the number of
    seconds for which the sign-in is not tried again, if this is an error of the sign-in.
    """

    held_back: float | None = None

    def __init__(self, message: str, **facts: Unpack[AnswerFacts]) -> None:
        """Keep the facts of the answer."""
        super().__init__(message)
        self.service = facts.get("service")
        self.status = facts.get("status")
        self.retry_after = facts.get("retry_after")


class XboxTemporaryError(XboxError):
    """The network cannot answer now; the same request may succeed later."""


class XboxConnectionError(XboxTemporaryError):
    """No answer: no network, a time-out, a connection cut half-way."""


class XboxServiceError(XboxTemporaryError):
    """The service failed, answered with defaults in place of data, or refuses whom XSTS accepts."""


class XboxRateLimitError(XboxTemporaryError):
    """Too many requests, by the word of the service or by our own count."""


class XboxBudgetError(XboxRateLimitError):
    """Too many requests by our own count alone: the service has not complained."""


class XboxResponseError(XboxTemporaryError):
    """The answer could not be read: no JSON, a wrong outer shape, or too large."""


class XboxRequestError(XboxError):
    """The service refuses the request: a 4xx that waiting does not cure."""


class XboxForbiddenError(XboxRequestError):
    """No right to see or do this (403)."""


class XboxNotFoundError(XboxRequestError):
    """There is no such person, title or console (404)."""


class XboxAuthError(XboxError):
    """The sign-in chain cannot go on; `aadsts` is Microsoft's number for the reason, if named."""

    def __init__(
        self, message: str, *, aadsts: int | None = None, **facts: Unpack[AnswerFacts]
    ) -> None:
        """Keep the number."""
        super().__init__(message, **facts)
        self.aadsts = aadsts


class XboxSignInError(XboxAuthError):
    """The person has to sign in again: the grant has expired or was withdrawn."""


class XboxRefusedError(XboxSignInError):
    """A step of the sign-in refuses without a reason. It may pass by itself, or a new sign-in may help.

    `is_page` is whether the answer is a page for people: then something in between may have answered.
    """

    def __init__(
        self, message: str, *, is_page: bool = False, **facts: Unpack[AnswerFacts]
    ) -> None:
        """Keep the facts of the answer."""
        super().__init__(message, **facts)
        self.is_page = is_page


class XboxCodeExpiredError(XboxSignInError):
    """A code to sign in with has ended before a person has entered it."""


class XboxCodeDeclinedError(XboxSignInError):
    """A person has entered a code to sign in with, and has refused."""


class XboxApplicationError(XboxAuthError):
    """The application at Microsoft is refused."""


class XboxCredentialsError(XboxApplicationError):
    """The client id or the client secret of the registered application is refused."""


class XboxRegistrationError(XboxApplicationError):
    """The registration does not fit: wrong kind of application, of platform, of request, or wrong scopes."""


class XboxAccountError(XboxAuthError):
    """Xbox refuses this account; `refusal` has the reason and the advice.

    `redirect` is a page of Microsoft for the person, if the answer named one.
    """

    def __init__(
        self,
        refusal: AccountRefusal,
        *,
        redirect: str | None = None,
        **facts: Unpack[AnswerFacts],
    ) -> None:
        """Keep the refusal."""
        super().__init__(f"{refusal.meaning} (XErr {refusal.code}, {refusal.code:#x})", **facts)
        self.refusal = refusal
        self.redirect = redirect


class ConsoleProblem(StrEnum):
    """The reason why the console service or a console did not do a request, or why it was not asked.

    `OVERLOADED`: more commands wait than can be sent. `SEQUENCE_RUNS`: another sequence of commands takes too long.
    `SWITCHED_OFF`: the console was switched off meanwhile. `STOPPED`: the account or the remote control is gone.
    """

    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    CONSOLE_OFF = "console_off"
    UNREACHABLE = "unreachable"
    REMOTE_MANAGEMENT_DISABLED = "remote_management_disabled"
    NOT_LINKED = "not_linked"
    THROTTLED = "throttled"
    FAILED = "failed"
    OVERLOADED = "overloaded"
    SEQUENCE_RUNS = "sequence_runs"
    SWITCHED_OFF = "switched_off"
    STOPPED = "stopped"


NOT_SENT: Final = frozenset(
    {
        ConsoleProblem.OVERLOADED,
        ConsoleProblem.SEQUENCE_RUNS,
        ConsoleProblem.SWITCHED_OFF,
        ConsoleProblem.STOPPED,
    }
)
"""The problems for which a command was not even sent, or not followed any more."""


class XboxConsoleError(XboxError):
    """A console did not do a command, or its service refuses a request with a reason.

    `code` is the service's word for the reason, if the answer has one.
    """

    def __init__(
        self, problem: ConsoleProblem, *, code: str | None = None, status: int | None = None
    ) -> None:
        """Keep the problem, its word and the status."""
        word = f" ({code})" if code else ""
        super().__init__(
            f"The console did not do it: {problem}{word}", service=Service.CONSOLES, status=status
        )
        self.problem = problem
        self.code = code


def console_problem(err: BaseException | None) -> ConsoleProblem | None:
    """Return the problem of a console that an error names, None for any other error."""
    return err.problem if isinstance(err, XboxConsoleError) else None


class XboxWakeError(XboxConsoleError):
    """A console did not wake up after several attempts.

    Known reasons: it lost its connection to the network (unplug it once), it is not in the power mode "Sleep",
    or a power-saving feature in the home cut it off.
    """


class XboxCommandNameError(XboxError, ValueError):
    """There is no command of that name; `name` is the requested name, and may be any text."""

    def __init__(self, name: str) -> None:
        """Keep the name out of the message: it may be a text that was to be typed."""
        super().__init__("There is no such command")
        self.name = name


def kept[E: XboxError](err: E) -> E:
    """Return an error that is kept after it was handled.

    Its traceback stays, but no longer holds the tokens and answers in the variables of the functions that ended.
    """
    traceback.clear_frames(err.__traceback__)
    return err


def needs_person(err: XboxError) -> bool:
    """Tell whether a person has to correct something first, other than to sign in again."""
    if isinstance(err, XboxAccountError):
        return err.refusal.remedy not in (Remedy.WAIT, Remedy.MINT)
    return isinstance(err, XboxApplicationError)


def names_reason(err: XboxError) -> bool:
    """Tell whether a refusal of the sign-in names a lasting reason: only a person or time ends it."""
    if isinstance(err, XboxAccountError):
        known = err.refusal.code in REFUSALS
        return known and err.refusal.remedy in (Remedy.ACT, Remedy.UNEXPECTED)
    return isinstance(err, XboxAuthError) and not isinstance(err, XboxRefusedError)


class OAuthProblem(StrEnum):
    """The action that an `error` of the OAuth endpoints needs (`docs/network.md` A1.1)."""

    SIGN_IN_AGAIN = "sign_in_again"
    WRONG_CREDENTIALS = "wrong_credentials"
    WRONG_REGISTRATION = "wrong_registration"
    TRY_LATER = "try_later"


_OAUTH_PROBLEMS = {
    "invalid_grant": OAuthProblem.SIGN_IN_AGAIN,
    "interaction_required": OAuthProblem.SIGN_IN_AGAIN,
    "invalid_client": OAuthProblem.WRONG_CREDENTIALS,
    "unauthorized_client": OAuthProblem.WRONG_CREDENTIALS,
    "invalid_scope": OAuthProblem.WRONG_CREDENTIALS,
    "invalid_request": OAuthProblem.WRONG_REGISTRATION,
    "unsupported_grant_type": OAuthProblem.WRONG_REGISTRATION,
    "unsupported_response_type": OAuthProblem.WRONG_REGISTRATION,
    "invalid_resource": OAuthProblem.WRONG_REGISTRATION,
    "server_error": OAuthProblem.TRY_LATER,
    "temporarily_unavailable": OAuthProblem.TRY_LATER,
}


def oauth_problem(error: str | None) -> OAuthProblem | None:
    """Return the action that an OAuth `error` word needs, None for an unknown word."""
    return _OAUTH_PROBLEMS.get(error or "")
