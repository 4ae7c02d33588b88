"""The one place that says what an error of the client means in Home Assistant.

Each error has one key, under which config flow (`abort`), setup and updates (`exceptions`) and repairs
(`issues`) find their text.
"""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOCUMENTATION, DOMAIN
from .xbox.errors import (
    XboxAccountError,
    XboxAuthError,
    XboxConnectionError,
    XboxCredentialsError,
    XboxError,
    XboxRateLimitError,
    XboxRegistrationError,
    XboxResponseError,
    XboxSignInError,
    XboxTemporaryError,
    needs_person,
)
from .xbox.http.backoff import REFUSED_SECONDS
from .xbox.xerr import Remedy

_KEYS: dict[type[XboxError], str] = {
    XboxSignInError: "sign_in_again",
    XboxCredentialsError: "application_credentials",
    XboxRegistrationError: "registration",
    XboxRateLimitError: "rate_limited",
    XboxConnectionError: "cannot_connect",
    XboxResponseError: "unreadable_answer",
    XboxTemporaryError: "service_unavailable",
    XboxError: "request_refused",
}


def key(err: XboxError) -> str:
    """Return the translation key of an error."""
    if isinstance(err, XboxAccountError):
        known = err.refusal.remedy in (Remedy.ACT, Remedy.WAIT)
        return f"account_{err.refusal.slug if known else 'unexpected'}"
    return next(word for kind, word in _KEYS.items() if isinstance(err, kind))


def placeholders(err: XboxError) -> dict[str, str]:
    """Return what the texts of an error may mention. Nothing personal."""
    found = {
        "service": err.service or "Xbox",
        "status": str(err.status or ""),
        "documentation_url": DOCUMENTATION,
    }
    if isinstance(err, XboxAccountError):
        found |= {
            "code": str(err.refusal.code),
            "hex": f"{err.refusal.code:#x}",
            "meaning": err.refusal.meaning,
            "redirect": err.redirect or "",
        }
    return found


def refusal(name: str, **facts: str) -> ServiceValidationError:
    """Return what an action raises for the mistake of whoever called it; `name` is the translation key."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=name, translation_placeholders=facts
    )


def update_error(err: XboxError) -> ConfigEntryAuthFailed | UpdateFailed:
    """Return what a coordinator raises: only a new sign-in that helps is asked for."""
    if isinstance(err, XboxSignInError):
        return ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key=key(err),
            translation_placeholders=placeholders(err),
        )
    return UpdateFailed(
        retry_after=_retry_after(err),
        translation_domain=DOMAIN,
        translation_key=key(err),
        translation_placeholders=placeholders(err),
    )


def _retry_after(err: XboxError) -> float | None:
    if needs_person(err):
        return REFUSED_SECONDS
    return err.retry_after if isinstance(err, XboxTemporaryError) else None


@callback
def reported(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    """Return the translation key of the repair issue that is open for an account, None without one."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, _issue_id(entry))
    return issue.translation_key if issue else None


@callback
def report(hass: HomeAssistant, entry: ConfigEntry, err: XboxError | None) -> None:
    """Raise a repair issue for what only a person can mend.

    Without an error, or with a refusal of another kind, take it back. An outage says nothing.
    """
    if err and needs_person(err):
        ir.async_create_issue(
            hass,
            DOMAIN,
            _issue_id(entry),
            config_entry_id=entry.entry_id,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            learn_more_url=getattr(err, "redirect", None) or DOCUMENTATION,
            translation_key=key(err),
            translation_placeholders={"account": entry.title, **placeholders(err)},
        )
    elif err is None or isinstance(err, XboxAuthError):
        ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: ConfigEntry) -> str:
    return f"account_{entry.entry_id}"
