"""The trigger on achievements."""

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
from .targets import ACHIEVEMENT, check_target
from .title_filter import TITLE_OPTION, TitleFilter

ATTR_ACHIEVEMENT: Final = "achievement"
CONF_LATE: Final = "late"
CONF_MAX_RARITY: Final = "max_rarity"
CONF_MIN_GAMERSCORE: Final = "min_gamerscore"
CONF_RARE: Final = "rare"

_UNLOCKED: Final = "unlocked"
_FACTS: Final = (
    *("name", "description", "gamerscore", "rarity", "rarity_category"),
    *("icon_url", "title", "title_id", "unlocked_at", "late"),
)
# `trigger.description` is Home Assistant's own
_RESERVED: Final = frozenset({"description"})


class AchievementTrigger(Trigger):
    """Fires when somebody unlocks an achievement; by one of an earlier time only if that is asked for."""

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
        """Take options and target that have been checked."""
        super().__init__(hass, config)
        self._options: dict[str, Any] = config.options or {}
        self._target = config.target or {}
        self._filter = TitleFilter.from_options(hass, self._options)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        @callback
        def heard(told: PersonEvent) -> None:
            if told.type != _UNLOCKED or not self._matches(told):
                return
            if not told.attribute("late") or self._options.get(CONF_LATE):
                run_action(self._payload(told), self._description(told), told.context)
            elif did_not_trigger:
                did_not_trigger(NotTriggeredInfo("unlocked_earlier"), told.context)

        return await PersonEventListener(self._hass, ACHIEVEMENT, heard, _nothing).listen(
            self._target
        )

    def _matches(self, told: PersonEvent) -> bool:
        options = self._options
        rarity, gamerscore = told.attribute("rarity"), told.attribute("gamerscore")
        most, least = options.get(CONF_MAX_RARITY), options.get(CONF_MIN_GAMERSCORE)
        return (
            self._filter.matches(told.attribute("title"), told.attribute("title_id"), None)
            and (not options.get(CONF_RARE) or told.attribute("rarity_category") == "rare")
            and (most is None or (rarity is not None and rarity <= most))
            and (least is None or (gamerscore is not None and gamerscore >= least))
        )

    def _payload(self, told: PersonEvent) -> dict[str, Any]:
        facts = {name: told.attribute(name) for name in _FACTS}
        plain = {name: fact for name, fact in facts.items() if name not in _RESERVED}
        return plain | told.payload(self._hass) | {ATTR_ACHIEVEMENT: facts}

    def _description(self, told: PersonEvent) -> str:
        name, title = told.attribute("name") or "an achievement", told.attribute("title")
        return f"{told.person(self._hass)} unlocked {name}" + (f" in {title}" if title else "")


@callback
def _nothing(_: str) -> None:
    """Nothing waits for an achievement."""
