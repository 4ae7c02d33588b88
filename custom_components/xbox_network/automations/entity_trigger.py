"""The base of triggers on the states of this integration's own entities of one kind."""

import asyncio
from abc import abstractmethod
from typing import Any, override

from homeassistant.const import ATTR_ENTITY_ID, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.trigger import (
    EntityTriggerBase,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .targets import EntityKind, check_target, name_of, own_entities


class OwnEntityTrigger(EntityTriggerBase):
    """A trigger on the states of own entities of one kind."""

    _entity_kind: EntityKind

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        config = await super().async_validate_config(hass, config)
        check_target(hass, cls._entity_kind, config[CONF_TARGET])
        return config

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return own_entities(self._hass, self._entity_kind, entities)

    @abstractmethod
    def _payload(self, payload: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the trigger variables and the text of `trigger.description`."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        @callback
        def run(
            extra_trigger_payload: dict[str, Any], description: str, context: Context | None = None
        ) -> asyncio.Task[Any]:
            return run_action(*self._payload(extra_trigger_payload), context)

        return await super().async_attach_runner(run, did_not_trigger)

    def _name(self, payload: dict[str, Any]) -> str:
        entity_id: str = payload[ATTR_ENTITY_ID]
        return name_of(self._hass, entity_id) or entity_id
