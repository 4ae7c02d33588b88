"""Subentry flow: the dialog that adds friends, and any other person by gamertag."""

from collections.abc import Awaitable, Callable
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
    SelectSelectorMode,
    TextSelector,
)

from .const import SUBENTRY_FRIEND
from .data import XboxConfigEntry
from .error_texts import error_key, error_placeholders
from .xbox.characters import visible
from .xbox.client import XboxClient
from .xbox.errors import XboxAccountError, XboxError, XboxSignInError, needs_person
from .xbox.models.people import Person
from .xbox.names import best_matches, plain_words

FRIENDS = "friends"
GAMERTAG = "gamertag"


class FriendFlow(ConfigSubentryFlow):
    """Adds people: any number of the account's friends, and one person by gamertag.

    The form shows an error and keeps the input, so that the user can try again.
    """

    def __init__(self) -> None:
        """Start without friends, input and errors."""
        self._friends: dict[str, Person] | None = None
        self._entered: dict[str, Any] = {}
        self._errors: dict[str, str] = {}
        self._placeholders: dict[str, str] = {}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """List the friends who are not tracked yet, and add the chosen friends."""
        self._entered, self._errors, self._placeholders = user_input or {}, {}, {}
        if user_input is None and not self._is_loaded:
            # the user has entered nothing yet that an abort would lose
            return self.async_abort(reason="not_loaded")
        gamertag = _normalize(self._entered.get(GAMERTAG, ""))
        if gamertag or self._entered.get(FRIENDS):
            person = await self._find(gamertag) if gamertag else {}
            return self._form() if self._errors else self._add(self._chosen() | person)
        if self._friends is None:
            await self._list_friends()
        else:
            self._errors["base"] = "nobody_chosen"
        return self._form()

    async def async_step_gamertag(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Handle the same form without the list of friends, if there is no friend to choose."""
        return await self.async_step_user(user_input)

    @property
    def _is_loaded(self) -> bool:
        return self._get_entry().state is ConfigEntryState.LOADED

    @property
    def _tracked(self) -> set[str | None]:
        entry = self._get_entry()
        friends = entry.get_subentries_of_type(SUBENTRY_FRIEND)
        return {entry.unique_id, *(friend.unique_id for friend in friends)}

    async def _ask[T](self, field: str, request: Callable[[XboxClient], Awaitable[T]]) -> T | None:
        """Return the answer to a request, None if it fails. The form then shows the error at `field`."""
        if not self._is_loaded:
            self._errors[field] = "not_loaded"
            return None
        entry: XboxConfigEntry = self._get_entry()
        client = entry.runtime_data.client
        client.auth.attempts.try_now()
        try:
            return await request(client)
        except XboxError as err:
            self._placeholders = error_placeholders(err)
            self._errors[field] = _error_key(err)
            return None

    async def _list_friends(self) -> None:
        friends = await self._ask("base", lambda client: client.people.friends())
        if friends is not None:
            self._friends = {xuid: friend for xuid, friend in friends.items() if friend.name}

    async def _find(self, gamertag: str) -> dict[str, str]:
        """Return xuid and name of a person. A person who cannot be added is an error in the form."""
        profile = await self._ask(GAMERTAG, lambda client: client.profile.by_gamertag(gamertag))
        if self._errors:
            return {}
        found = (
            {profile.xuid: profile.name or gamertag} if profile else self._friends_called(gamertag)
        )
        if not found:
            self._errors[GAMERTAG] = "unknown_gamertag"
        elif len(found) > 1:
            names = (str((self._friends or {})[xuid].full_name) for xuid in found)
            self._placeholders = {"names": ", ".join(sorted(names))}
            self._errors[GAMERTAG] = "several_friends"
        elif self._get_entry().unique_id in found:
            self._errors[GAMERTAG] = "own_gamertag"
        elif self._tracked & found.keys():
            self._errors[GAMERTAG] = "already_tracked"
        else:
            return found
        return {}

    def _friends_called(self, name: str) -> dict[str, str]:
        """Return the friends with a name that Xbox does not know, because it is spelled in another way."""
        friends = (self._friends or {}).values()
        classic = [(it, (it.gamertag,)) for it in friends if it.gamertag]
        found = best_matches(name, [(it, (str(it.name),)) for it in friends], classic)
        return {it.xuid: str(it.name) for it in found}

    def _chosen(self) -> dict[str, str]:
        friends = self._friends or {}
        return {xuid: str(friends[xuid].name) for xuid in self._entered.get(FRIENDS, ())}

    def _add(self, chosen: dict[str, str]) -> SubentryFlowResult:
        """Add a subentry for each chosen person. The flow itself creates the last one.

        Another dialog may have added some of them meanwhile.
        """
        new = {xuid: name for xuid, name in chosen.items() if xuid not in self._tracked}
        if not new:
            return self.async_abort(reason="already_configured")
        *others, (last_xuid, last_name) = sorted(new.items(), key=_by_name)
        for xuid, name in others:
            self.hass.config_entries.async_add_subentry(
                self._get_entry(),
                ConfigSubentry(
                    data=MappingProxyType({}),
                    subentry_type=SUBENTRY_FRIEND,
                    title=name,
                    unique_id=xuid,
                ),
            )
        return self.async_create_entry(title=last_name, data={}, unique_id=last_xuid)

    def _form(self) -> SubentryFlowResult:
        tracked = self._tracked
        friends = (self._friends or {}).items()
        names = sorted(((xuid, str(it.full_name)) for xuid, it in friends), key=_by_name)
        options = [
            SelectOptionDict(value=xuid, label=name) for xuid, name in names if xuid not in tracked
        ]
        entered = self._entered | {
            FRIENDS: [xuid for xuid in self._entered.get(FRIENDS, ()) if xuid not in tracked]
        }
        return self.async_show_form(
            step_id="gamertag" if self._friends is not None and not options else "user",
            data_schema=self.add_suggested_values_to_schema(_schema(options), entered),
            errors=self._errors,
            description_placeholders=self._placeholders,
        )


def _schema(options: list[SelectOptionDict]) -> probatio.Schema:
    fields: dict[probatio.Marker, Any] = {}
    if options:
        fields[probatio.Optional(FRIENDS)] = SelectSelector(
            SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN)
        )
    fields[probatio.Optional(GAMERTAG)] = TextSelector()
    return probatio.Schema(fields)


def _by_name(item: tuple[str, str]) -> tuple[tuple[str, ...], str]:
    return plain_words(item[1]), item[1]


def _normalize(gamertag: str) -> str:
    """Return a gamertag without what typing and pasting add: blanks, and characters that nobody sees."""
    return "#".join(part.strip() for part in visible(gamertag).split("#"))


def _error_key(err: XboxError) -> str:
    if isinstance(err, XboxSignInError) or needs_person(err):
        return "account_trouble"
    return "account_waits" if isinstance(err, XboxAccountError) else error_key(err)
