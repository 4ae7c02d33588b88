"""Changes of limits for several people at once, also of accounts that are not loaded: nothing is lost."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..allowance import Allowance
from ..const import DOMAIN
from ..data import XboxConfigEntry, is_loaded
from ..error_texts import not_in_force
from ..storage.playtime import Allowances, allowances_of
from .targets import Target, who_is

type Change = Callable[[XboxConfigEntry, str, Allowance], Allowance]
"""Returns the new allowance of a person, by account, xuid and allowance so far."""


async def change_limits(hass: HomeAssistant, people: Iterable[Target], change: Change) -> None:
    """Change the limits of people: of all, or of nobody if that is an error for one of them.

    Between reading and changing nothing else runs, so that no other change is lost. Raises `HomeAssistantError` for
    accounts that are not loaded and whose files cannot be used, after all others are changed and saved.
    """
    by_account: dict[str, list[Target]] = defaultdict(list)
    for entry, xuid in people:
        by_account[entry.entry_id].append((entry, xuid))
    found = {it: await allowances_now(hass, targets[0][0]) for it, targets in by_account.items()}
    sound = {it: allowances for it, allowances in found.items() if allowances}
    changed = {
        it: {xuid: change(entry, xuid, allowances[xuid]) for entry, xuid in by_account[it]}
        for it, allowances in sound.items()
    }
    for it, allowances in sound.items():
        allowances.change(changed[it])
    saved = await asyncio.gather(*(it.save_now() for it in sound.values()))
    # a repair of an account that is loaded tells what could not be saved
    done = {
        it
        for it, is_saved in zip(sound, saved, strict=True)
        if is_saved or is_loaded(by_account[it][0][0])
    }
    if left_out := [
        it for account, targets in by_account.items() if account not in done for it in targets
    ]:
        raise _left_out(hass, left_out)


def _left_out(hass: HomeAssistant, people: list[Target]) -> HomeAssistantError:
    """Return the error for people whose limits cannot be changed."""
    names = dict.fromkeys(str(who_is(hass, *it)["name"]) for it in people)
    if all(allowances_of(hass, str(entry.unique_id)).locked for entry, _ in people):
        return not_in_force(names)
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="limits_not_changed",
        translation_placeholders={"people": ", ".join(names)},
    )


async def allowances_now(hass: HomeAssistant, entry: XboxConfigEntry) -> Allowances | None:
    """Return the allowances of an account, None if its file cannot be used, and if they are not in force."""
    allowances = allowances_of(hass, str(entry.unique_id))
    usable = not allowances.locked if is_loaded(entry) else await allowances.look()
    return allowances if usable else None
