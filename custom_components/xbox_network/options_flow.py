"""What can be chosen about an account that is there already."""

from typing import Any

import probatio
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.const import PERCENTAGE
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)

from .const import DEFAULT_STORAGE_SHARE, OPTION_STORAGE_SHARE

_SCHEMA = probatio.Schema(
    {
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
)


class XboxNetworkOptionsFlow(OptionsFlow):
    """Asks for the options; they apply at once, without a reload."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the options, then keep them."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(_SCHEMA, self.config_entry.options),
        )
