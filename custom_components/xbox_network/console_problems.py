"""Says why a console did not do what it was told, in the words of Home Assistant."""

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from . import errors as problems
from .const import DOMAIN
from .xbox.errors import (
    ConsoleProblem,
    XboxCommandNameError,
    XboxConnectionError,
    XboxConsoleError,
    XboxError,
    XboxRateLimitError,
    XboxTemporaryError,
    XboxWakeError,
)
from .xbox.models.commands import BUTTONS


def command_error(err: XboxError, console: str) -> HomeAssistantError:
    """Return what an action raises; `console` is the name that its owner gave it."""
    if isinstance(err, XboxCommandNameError):
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_command",
            translation_placeholders={"command": err.name, "commands": ", ".join(BUTTONS)},
        )
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=_key(err),
        translation_placeholders={"console": console, **problems.placeholders(err)},
    )


def _key(err: XboxError) -> str:
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
    return problems.key(err)
