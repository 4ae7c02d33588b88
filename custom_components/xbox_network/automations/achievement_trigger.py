"""The trigger on an unlocked achievement of a person."""

from typing import Any, Final, cast, override

import probatio
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .event_listener import PersonEvent, PersonEventListener
from .never_played import report_never_played
from .targets import ACHIEVEMENT, check_target
from .title_filter import TITLE_OPTION, TitleFilter

ATTR_ACHIEVEMENT: Final = "achievement"
CONF_LATE: Final = "late"
CONF_MAX_RARITY: Final = "max_rarity"
CONF_MIN_GAMERSCORE: Final = "min_gamerscore"
CONF_RARE: Final = "rare"

_UNLOCKED: Final = "unlocked"
_ATTRIBUTES: Final = (
    *("name", "description", "gamerscore", "rarity", "rarity_category"),
    *("icon_url", "title", "title_id", "unlocked_at", "late"),
)
# Home Assistant sets `trigger.description` itself
_RESERVED: Final = frozenset({"description"})


class AchievementTrigger(Trigger):
    """Fires when a person unlocks an achievement. The option `late` adds unlocks that are found late."""

    _schema: Final = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                **TITLE_OPTION,
                probatio.Optional(CONF_RARE, default=False): cv.boolean,
                probatio.Optional(CONF_MAX_RARITY): probatio.All(
                    probatio.Coerce(float), probatio.Range(min=0, max=100)
                ),
                probatio.Optional(CONF_MIN_GAMERSCORE): cv.positive_int,
                probatio.Optional(CONF_LATE, default=False): cv.boolean,
            }
        }
    )

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        config = cast(ConfigType, cls._schema(config))
        check_target(hass, ACHIEVEMENT, config[CONF_TARGET])
        return config

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the options and the target of a validated configuration."""
        super().__init__(hass, config)
        self._options: dict[str, Any] = config.options or {}
        self._target = config.target or {}
        self._filter = TitleFilter(hass, self._options)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        @callback
        def on_event(event: PersonEvent) -> None:
            if event.type != _UNLOCKED:
                return
            if did_not_trigger and not self._matches_title(event):
                self._hass.async_create_task(
                    report_never_played(self._hass, event, self._filter, did_not_trigger)
                )
            if not self._matches(event):
                return
            if not event.attribute("late") or self._options.get(CONF_LATE):
                run_action(self._payload(event), self._description(event), event.context)
            elif did_not_trigger:
                did_not_trigger(NotTriggeredInfo("unlocked_earlier"), event.context)

        return await PersonEventListener(self._hass, ACHIEVEMENT, on_event, _ignore).listen(
            self._target
        )

    def _matches(self, event: PersonEvent) -> bool:
        options = self._options
        rarity, gamerscore = event.attribute("rarity"), event.attribute("gamerscore")
        max_rarity, min_gamerscore = options.get(CONF_MAX_RARITY), options.get(CONF_MIN_GAMERSCORE)
        return (
            self._matches_title(event)
            and (not options.get(CONF_RARE) or event.attribute("rarity_category") == "rare")
            and (max_rarity is None or (rarity is not None and rarity <= max_rarity))
            and (
                min_gamerscore is None or (gamerscore is not None and gamerscore >= min_gamerscore)
            )
        )

    def _matches_title(self, event: PersonEvent) -> bool:
        return self._filter.matches_title(event.attribute("title"), event.attribute("title_id"))

    def _payload(self, event: PersonEvent) -> dict[str, Any]:
        attributes = {name: event.attribute(name) for name in _ATTRIBUTES}
        top_level = {name: value for name, value in attributes.items() if name not in _RESERVED}
        return top_level | event.payload(self._hass) | {ATTR_ACHIEVEMENT: attributes}

    def _description(self, event: PersonEvent) -> str:
        name, title = event.attribute("name") or "an achievement", event.attribute("title")
        return f"{event.person(self._hass)} unlocked {name}" + (f" in {title}" if title else "")


@callback
def _ignore(_: str) -> None:
    """Ignore that an entity is lost: this trigger waits for nothing."""
