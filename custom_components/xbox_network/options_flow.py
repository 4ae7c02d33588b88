"""Options flow: free disk space, play time and its limits, and the games and apps that lists offer."""

from itertools import chain
from typing import Any

import probatio
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.const import PERCENTAGE, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .allowance import DAY_MINUTES
from .const import (
    DEFAULT_BONUS_MINUTES,
    DEFAULT_STORAGE_SHARE,
    OPTION_ADMINISTRATORS_ONLY,
    OPTION_BONUS_MINUTES,
    OPTION_BONUS_MOVES_BEDTIME,
    OPTION_COUNT_APPS,
    OPTION_FAVORITE_APPS,
    OPTION_HIDDEN_APPS,
    OPTION_ONLY_FAVORITES,
    OPTION_STORAGE_SHARE,
)
from .data import XboxConfigEntry
from .media.launchables import HOME, Launchables
from .options import favorite_apps, hidden_apps

_STORAGE_SHARE = {
    probatio.Required(OPTION_STORAGE_SHARE, default=DEFAULT_STORAGE_SHARE): probatio.All(
        NumberSelector(
            NumberSelectorConfig(
                min=1,
                max=50,
                step=1,
                unit_of_measurement=PERCENTAGE,
                mode=NumberSelectorMode.SLIDER,
            )
        ),
        probatio.Coerce(int),
    )
}
_PLAYTIME = {
    probatio.Required(OPTION_COUNT_APPS, default=False): BooleanSelector(),
    probatio.Required(OPTION_BONUS_MINUTES, default=DEFAULT_BONUS_MINUTES): probatio.All(
        NumberSelector(
            NumberSelectorConfig(
                min=1,
                max=DAY_MINUTES,
                step=1,
                unit_of_measurement=UnitOfTime.MINUTES,
                mode=NumberSelectorMode.BOX,
            )
        ),
        probatio.Coerce(int),
    ),
    probatio.Required(OPTION_BONUS_MOVES_BEDTIME, default=True): BooleanSelector(),
    probatio.Required(OPTION_ADMINISTRATORS_ONLY, default=True): BooleanSelector(),
}


class XboxNetworkOptionsFlow(OptionsFlow):
    """Asks for the options of an account. They apply at once, without a reload."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the options, then save the input."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        schema = probatio.Schema({**_STORAGE_SHARE, **_PLAYTIME, **_offer(self.config_entry)})
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(schema, self.config_entry.options),
        )


@callback
def _offer(entry: XboxConfigEntry) -> dict[probatio.Marker, Any]:
    """Return the form fields about the games and apps of all consoles, empty if there are none."""
    names = {media_id: media_id for media_id in (*favorite_apps(entry), *hidden_apps(entry))}
    if entry.state is ConfigEntryState.LOADED:
        consoles = entry.runtime_data.consoles.data.values()
        # of all consoles together: two products of one name are told apart
        apps = chain.from_iterable(it.apps for it in consoles)
        launchables = Launchables(apps, television=any(it.tv_configured for it in consoles))
        names |= {it.media_id: it.name for it in launchables.listed if it.name != HOME}
    if not names:
        return {}
    options = [SelectOptionDict(value=value, label=label) for value, label in names.items()]
    config = SelectSelectorConfig(
        options=options, multiple=True, sort=True, mode=SelectSelectorMode.DROPDOWN
    )
    return {
        probatio.Optional(OPTION_FAVORITE_APPS, default=list): SelectSelector(config),
        probatio.Optional(OPTION_ONLY_FAVORITES, default=False): BooleanSelector(),
        probatio.Optional(OPTION_HIDDEN_APPS, default=list): SelectSelector(config),
    }
