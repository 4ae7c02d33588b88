"""Watches the sign-in of an account: asks the person when that can help, and takes it back."""

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..issues import update_account_issue
from ..xbox.auth.attempts import SignInAttempts
from ..xbox.errors import XboxAuthError, XboxRefusedError, XboxSignInError

# A refusal without a reason is often over a minute later: the person is asked after this many in a row.
_REFUSALS_IN_A_ROW = 2
FIRST_STEP = "reauth_confirm"


def helps(attempts: SignInAttempts) -> bool:
    """Tell whether a new sign-in of the person can help an account that is refused."""
    refusal = attempts.refusal
    if not isinstance(refusal, XboxRefusedError):
        return isinstance(refusal, XboxSignInError)
    return attempts.refusals >= _REFUSALS_IN_A_ROW and not refusal.is_page


@callback
def ask_again(hass: HomeAssistant, entry: ConfigEntry, attempts: SignInAttempts) -> None:
    """Ask again after a dialog has ended without a sign-in, while that can still help."""
    if _is_in_use(hass, entry) and helps(attempts):
        entry.async_start_reauth_if_available(hass)


@callback
def end_dialogs(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """End the dialogs about an account that was removed; Home Assistant itself ends only some."""
    flows = hass.config_entries.flow
    for flow in flows.async_progress_by_handler(
        DOMAIN, include_uninitialized=True, match_context={"entry_id": entry.entry_id}
    ):
        flows.async_abort(flow["flow_id"])


def _is_in_use(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Tell whether an account was neither removed nor disabled while a request was under way."""
    return hass.config_entries.async_get_entry(entry.entry_id) is entry and not entry.disabled_by


class SignInWatch:
    """Keeps the prompt to sign in again and the repair issue of an account as its sign-in is."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, attempts: SignInAttempts) -> None:
        """Watch the attempts to sign an account in."""
        self._hass = hass
        self._entry = entry
        self._attempts = attempts
        self._asked_about: XboxAuthError | None = None
        self._prompt_possible = True  # an earlier set-up of the entry may have opened one

    @callback
    def update(self) -> None:
        """Take over the latest refusal of the sign-in, or its end. An outage changes nothing."""
        if not _is_in_use(self._hass, self._entry):
            return
        refusal = self._attempts.refusal
        update_account_issue(self._hass, self._entry, refusal)
        if refusal is None or not isinstance(refusal, XboxSignInError):
            self._take_back()
        elif refusal is not self._asked_about and helps(self._attempts):
            # the next token may be refused while the last one still works: the user has time to sign in
            self._entry.async_start_reauth_if_available(self._hass)
            self._asked_about, self._prompt_possible = refusal, True

    def _take_back(self) -> None:
        """Remove a prompt that has become needless, unless somebody is in the middle of it."""
        if not self._prompt_possible:
            return
        self._prompt_possible = False
        flows = self._hass.config_entries.flow
        for flow in flows.async_progress_by_handler(
            DOMAIN,
            include_uninitialized=True,
            match_context={"source": SOURCE_REAUTH, "entry_id": self._entry.entry_id},
        ):
            if flow.get("step_id") == FIRST_STEP:
                flows.async_abort(flow["flow_id"])
            else:
                self._prompt_possible = True  # not open yet, or in use
