"""Client errors in Home Assistant: the translation key and the placeholders of each, and the exception to raise.

Config flow (`abort`), setup and updates (`exceptions`) and repair issues (`issues`) find their text under the
same key.
"""

from collections.abc import Iterable

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN
from .documentation import page_url
from .xbox.endpoints import Service
from .xbox.errors import (
    ConsoleProblem,
    XboxAccountError,
    XboxApplicationError,
    XboxAuthError,
    XboxCodeDeclinedError,
    XboxCodeExpiredError,
    XboxCommandNameError,
    XboxConnectionError,
    XboxConsoleError,
    XboxCredentialsError,
    XboxError,
    XboxRateLimitError,
    XboxRefusedError,
    XboxResponseError,
    XboxSignInError,
    XboxTemporaryError,
    XboxWakeError,
)
from .xbox.models.commands import BUTTONS
from .xbox.xerr import Remedy

_KEYS: dict[type[XboxError], str] = {
    XboxCodeExpiredError: "code_expired",
    XboxCodeDeclinedError: "code_declined",
    XboxRefusedError: "sign_in_refused",
    XboxSignInError: "sign_in_again",
    XboxCredentialsError: "application_credentials",
    XboxApplicationError: "registration",
    XboxRateLimitError: "rate_limited",
    XboxConnectionError: "cannot_connect",
    XboxResponseError: "unreadable_answer",
    XboxTemporaryError: "service_unavailable",
    XboxError: "request_refused",
}


# By Microsoft's number: an application without a secret was sent one, or is not public (`docs/network.md` A1.1).
_SECRET_NOT_WANTED = 700025
_NOT_PUBLIC = frozenset({70002, 7000218})


def error_key(err: XboxError) -> str:
    """Return the translation key of an error."""
    if isinstance(err, XboxApplicationError) and (key := _application_key(err)):
        return key
    if isinstance(err, XboxAccountError):
        known = err.refusal.remedy in (Remedy.ACT, Remedy.WAIT)
        return f"account_{err.refusal.slug if known else 'unexpected'}"
    return next(key for kind, key in _KEYS.items() if isinstance(err, kind))


def _application_key(err: XboxApplicationError) -> str | None:
    """Return the translation key for a refused application, if that is not one of Live with a secret."""
    if err.aadsts == _SECRET_NOT_WANTED:
        return "secret_not_wanted"
    if err.service != Service.ENTRA:
        return None
    return "application_not_public" if err.aadsts in _NOT_PUBLIC else "public_application_refused"


def error_placeholders(err: XboxError) -> dict[str, str]:
    """Return the placeholders for the texts of an error. They have no personal data."""
    placeholders = {
        "service": err.service or "Xbox",
        "status": str(err.status or ""),
        "aadsts": "",
        "documentation_url": page_url(error_key(err)),
    }
    if isinstance(err, XboxAuthError) and err.aadsts:
        placeholders["aadsts"] = f" (AADSTS{err.aadsts})"
    if isinstance(err, XboxAccountError):
        placeholders |= {
            "code": str(err.refusal.code),
            "hex": f"{err.refusal.code:#x}",
            "meaning": err.refusal.meaning,
            "redirect": err.redirect or "",
        }
    return placeholders


def caller_error(translation_key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error that an action raises for a mistake of its caller."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=translation_key,
        translation_placeholders=placeholders,
    )


def not_in_force(people: Iterable[str]) -> HomeAssistantError:
    """Return the error for limits of people that a newer version has saved."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="limits_of_newer_version",
        translation_placeholders={"people": ", ".join(dict.fromkeys(people))},
    )


def update_error(err: XboxError, *, at_set_up: bool) -> UpdateFailed:
    """Return the error that a coordinator raises. It is tried again, whatever the reason.

    `ConfigEntryAuthFailed` would end that. At the set-up Home Assistant has a pace of its own.
    """
    return UpdateFailed(
        retry_after=err.retry_after if at_set_up else err.held_back or err.retry_after,
        translation_domain=DOMAIN,
        translation_key=error_key(err),
        translation_placeholders=error_placeholders(err),
    )


def command_error(err: XboxError, console: str) -> HomeAssistantError:
    """Return the error that a command to a console raises; `console` is the console's name."""
    if isinstance(err, XboxCommandNameError):
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_command",
            translation_placeholders={"command": err.name, "commands": ", ".join(BUTTONS)},
        )
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=_command_key(err),
        translation_placeholders={"console": console, **error_placeholders(err)},
    )


def _command_key(err: XboxError) -> str:
    if isinstance(err, XboxWakeError):
        return "console_does_not_wake"
    if isinstance(err, XboxConsoleError):
        return f"console_{err.problem}"
    if isinstance(err, XboxRateLimitError):
        return f"console_{ConsoleProblem.THROTTLED}"
    if isinstance(err, XboxConnectionError):
        return "console_no_answer"
    if isinstance(err, XboxTemporaryError):
        return "console_service_trouble"
    return error_key(err)
