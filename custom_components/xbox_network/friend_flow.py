"""The dialog that picks friends to track."""

from types import MappingProxyType
from typing import Any

import probatio
from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)

from . import problems
from .const import SUBENTRY_FRIEND
from .coordinator import XboxConfigEntry
from .xbox.errors import XboxAuthError, XboxError

FRIENDS = "friends"
GAMERTAG = "gamertag"


class FriendFlow(ConfigSubentryFlow):
    """Adds people: any number of the account's friends, and one by gamertag."""

    def __init__(self) -> None:
        """Nobody is known before the first step."""
        self._names: dict[str, str] = {}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """List the friends who are not tracked yet, and add those who are chosen."""
        entry: XboxConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        errors: dict[str, str] = {}
        try:
            if user_input is None:
                await self._list_friends(entry)
            else:
                chosen = await self._chosen(entry, user_input, errors)
                if not errors:
                    return self._add(entry, chosen)
        except XboxError as err:
            return self.async_abort(
                reason="account_trouble" if isinstance(err, XboxAuthError) else problems.key(err),
                description_placeholders=problems.placeholders(err),
            )
        return self._form(user_input, errors)

    async def _list_friends(self, entry: XboxConfigEntry) -> None:
        tracked = entry.runtime_data.people.tracked()
        friends = await entry.runtime_data.client.people.friends()
        self._names = {
            xuid: person.gamertag or "?" for xuid, person in friends.items() if xuid not in tracked
        }

    async def _chosen(
        self, entry: XboxConfigEntry, user_input: dict[str, Any], errors: dict[str, str]
    ) -> dict[str, str]:
        chosen = {xuid: self._names[xuid] for xuid in user_input.get(FRIENDS, [])}
        if gamertag := user_input.get(GAMERTAG, "").strip():
            found = await entry.runtime_data.client.profile.by_gamertag(gamertag)
            if found is None:
                errors[GAMERTAG] = "unknown_gamertag"
            elif found.xuid in entry.runtime_data.people.tracked():
                errors[GAMERTAG] = "already_tracked"
            else:
                chosen[found.xuid] = found.setting("Gamertag") or gamertag
        elif not chosen:
            errors["base"] = "nobody_chosen"
        return chosen

    def _add(self, entry: XboxConfigEntry, chosen: dict[str, str]) -> SubentryFlowResult:
        """Add a subentry for each; the flow itself makes the last one."""
        *others, (last, name) = sorted(chosen.items(), key=lambda it: it[1].casefold())
        for xuid, other in others:
            self.hass.config_entries.async_add_subentry(
                entry,
                ConfigSubentry(
                    data=MappingProxyType({}),
                    subentry_type=SUBENTRY_FRIEND,
                    title=other,
                    unique_id=xuid,
                ),
            )
        return self.async_create_entry(title=name, data={}, unique_id=last)

    def _form(
        self, user_input: dict[str, Any] | None, errors: dict[str, str]
    ) -> SubentryFlowResult:
        names = sorted(self._names.items(), key=lambda it: it[1].casefold())
        options = [SelectOptionDict(value=xuid, label=name) for xuid, name in names]
        fields: dict[probatio.Marker, Any] = {}
        if options:
            fields[probatio.Optional(FRIENDS)] = SelectSelector(
                SelectSelectorConfig(options=options, multiple=True)
            )
        fields[probatio.Optional(GAMERTAG)] = TextSelector()
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(probatio.Schema(fields), user_input),
            errors=errors,
        )
