"""The dialogs of repair issues: most are only confirmed, one lets limits or play time begin anew."""

from typing import override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant

from .data import XboxConfigEntry, is_loaded
from .storage.issues import Stored

type IssueData = dict[str, str | int | float | None]


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData | None
) -> RepairsFlow:
    """Return the dialog of an issue."""
    return BeginAnewFlow(data) if data else ConfirmRepairFlow()


class BeginAnewFlow(ConfirmRepairFlow):
    """Asks whether to begin anew instead of waiting for the version that can read a file."""

    def __init__(self, data: IssueData) -> None:
        """`data` tells the account, and what is to begin anew."""
        self._entry_id = str(data["entry_id"])
        self._stored = Stored(str(data["stored"]))

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        if user_input is not None:
            entry: XboxConfigEntry | None
            entry = self.hass.config_entries.async_get_entry(self._entry_id)
            if entry is None or not is_loaded(entry):
                return self.async_abort(reason="account_not_loaded")
            await entry.runtime_data.playtime.begin_anew(self._stored)
        return await super().async_step_confirm(user_input)
