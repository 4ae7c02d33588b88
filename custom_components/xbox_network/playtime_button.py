"""More time for today at the push of a button."""

from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription

from .entity.playtime import AllowanceEntity

BONUS_TIME: Final = ButtonEntityDescription(key="bonus_time")


class BonusTime(AllowanceEntity, ButtonEntity):
    """Adds as much time as the options of the account say; for today only."""

    @override
    async def async_press(self) -> None:
        await self.coordinator.set_allowances(
            {self.xuid: self.coordinator.allowance_with_bonus(self.xuid, None)}
        )
