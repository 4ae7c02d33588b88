"""Config flow: sign-in of a new account, renewed sign-in, and other application credentials."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback

from .api import FlowTokens, sign_in_attempts
from .const import DOMAIN, SUBENTRY_FRIEND
from .coordinator.sign_in import ask_again
from .friend_flow import FriendFlow
from .markdown import escaped
from .options_flow import XboxNetworkOptionsFlow
from .sign_in.flow import SignInFlow
from .storage.tokens import TokenStore
from .xbox.client import XboxClient
from .xbox.errors import XboxError
from .xbox.models.people import Person

_LOGGER = logging.getLogger(__name__)

# The name of an account for which Xbox gives none.
_UNNAMED: Final = "Xbox"


class XboxNetworkFlow(SignInFlow, domain=DOMAIN):
    """Signs an account in at Microsoft and checks that the account can use the Xbox network."""

    _has_begun = False  # to sign a refused account in
    _is_done = False

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        return {SUBENTRY_FRIEND: FriendFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return XboxNetworkOptionsFlow()

    @callback
    @override
    def async_remove(self) -> None:
        """Ask again if the dialog of a refused account has ended without a sign-in.

        A prompt that was closed before it began comes back with the next refusal.
        """
        super().async_remove()
        if self._is_done or not self._has_begun:
            return
        if entry := self.hass.config_entries.async_get_entry(self.context["entry_id"]):
            ask_again(self.hass, entry, sign_in_attempts(self.hass, str(entry.unique_id)))

    @property
    @override
    def logger(self) -> logging.Logger:
        return _LOGGER

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask the user to sign in again, because Microsoft requires it."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait for the user, who may not be present. The way is the present one, unless the user chooses."""
        if user_input is None:
            return self.show_ways(self._get_reauth_entry(), step_id="reauth_confirm")
        self._has_begun = True
        return await self.go(user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign the same account in again; the user may choose another way or another application."""
        if user_input is None:
            return self.show_ways(self._get_reconfigure_entry(), step_id="reconfigure")
        self._has_begun = True
        return await self.go(user_input)

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Read the xuid and the gamertag of the account, then add or update its entry."""
        data = self.with_way(data)
        tokens = FlowTokens(self.hass, data["token"]["access_token"])
        try:
            xsts = await tokens.valid_xsts_token()
        except XboxError as err:
            return self.abort_refused(err)
        if not xsts.xuid:
            return self.async_abort(reason="no_identity")
        # it mostly lacks the modern gamertag, which the first refresh gives to the entry
        person = Person(
            xuid=xsts.xuid, gamertag=xsts.gamertag, unique_modern_gamertag=xsts.claims.umg
        )
        await self.async_set_unique_id(person.xuid)
        if entry := self.account:
            return await self._update_entry(entry, tokens, person, data)
        known = self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, person.xuid)
        self._abort_if_unique_id_configured(
            description_placeholders={"gamertag": escaped(known.title if known else _UNNAMED)}
        )
        if not person.name:
            person = await _look_up(tokens, person)
        await self.keep_application()
        await TokenStore(self.hass, person.xuid).save(tokens)
        return self.async_create_entry(title=person.name or _UNNAMED, data=data)

    async def _update_entry(
        self, entry: ConfigEntry, tokens: FlowTokens, person: Person, data: dict[str, Any]
    ) -> ConfigFlowResult:
        if person.xuid != entry.unique_id:
            person = await _look_up(tokens, person)
            return self.async_abort(
                reason="wrong_account",
                description_placeholders={
                    "expected": escaped(entry.title),
                    "actual": escaped(person.full_name or _UNNAMED),
                },
            )
        await self.keep_application()
        await TokenStore(self.hass, person.xuid).save(tokens)
        sign_in_attempts(self.hass, person.xuid).succeeded()
        self._is_done = True
        result = self.async_update_and_abort(entry, data=data)
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result


async def _look_up(tokens: FlowTokens, person: Person) -> Person:
    """Return the person of an account with all gamertags, and the known ones if that fails."""
    people: dict[str, Person] = {}
    with suppress(XboxError):
        people = await XboxClient(tokens).people.batch([person.xuid])
    found = people.get(person.xuid, person)
    return found if found.name else person
