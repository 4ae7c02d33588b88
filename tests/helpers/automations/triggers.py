"""Triggers and conditions of the integration, set up as an automation sets them up."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import CONF_CONDITION, CONF_OPTIONS, CONF_PLATFORM, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import condition, device_registry as dr, entity_registry as er, trigger
from homeassistant.helpers.trigger import NotTriggeredInfo

from custom_components.xbox_network.const import DOMAIN


class TriggerRecorder:
    """An attached trigger, and the data of each time it fired."""

    def __init__(self, hass: HomeAssistant, *, asks_why: bool = True) -> None:
        """Start without data. `asks_why` also records the reasons for not firing."""
        self._hass = hass
        self._asks_why = asks_why
        self._detach: CALLBACK_TYPE | None = None
        self.told: list[dict[str, Any]] = []
        self.reasons: list[str] = []
        self.infos: list[NotTriggeredInfo] = []

    async def attach(
        self, name: str, target: Mapping[str, Any], options: Mapping[str, Any] | None = None
    ) -> TriggerRecorder:
        """Attach a trigger, after a check of its configuration. Raises `probatio.Invalid`."""
        written = {CONF_PLATFORM: f"{DOMAIN}.{name}", CONF_TARGET: dict(target)}
        if options is not None:
            written[CONF_OPTIONS] = dict(options)
        config = await trigger.async_validate_trigger_config(self._hass, [written])

        @callback
        def fire(run_variables: dict[str, Any], context: Context | None = None) -> None:
            self.told.append(run_variables["trigger"])

        @callback
        def reason(
            run_variables: dict[str, Any], info: NotTriggeredInfo, context: Context | None = None
        ) -> None:
            self.reasons.append(info.reason)
            self.infos.append(info)

        def log(level: int, message: str, **kwargs: Any) -> None:
            assert "rror" not in message, message

        record_reason = reason if self._asks_why else None
        self._detach = await trigger.async_initialize_triggers(
            self._hass, config, fire, DOMAIN, "test", log, did_not_trigger=record_reason
        )
        assert self._detach
        return self

    def detach(self) -> None:
        """Detach the trigger."""
        if self._detach:
            self._detach()
            self._detach = None


async def set_up_condition(
    hass: HomeAssistant,
    name: str,
    target: Mapping[str, Any],
    options: Mapping[str, Any] | None = None,
) -> condition.ConditionChecker:
    """Return a condition, after a check of its configuration. Raises `probatio.Invalid`."""
    written = {CONF_CONDITION: f"{DOMAIN}.{name}", CONF_TARGET: dict(target)}
    if options is not None:
        written[CONF_OPTIONS] = dict(options)
    config = await condition.async_validate_condition_config(hass, written)
    return await condition.async_from_config(hass, config)


def device_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the device id of an entity."""
    entity = er.async_get(hass).async_get(entity_id)
    assert entity
    assert entity.device_id
    return entity.device_id


def put_into_area(hass: HomeAssistant, device_id: str, area_id: str | None) -> None:
    """Move a device to an area, or out of its area."""
    dr.async_get(hass).async_update_device(device_id, area_id=area_id)
