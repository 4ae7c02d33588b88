"""Both triggers of a console: what they told."""

from homeassistant.core import HomeAssistant

from .triggers import TriggerRecorder


class ConsoleTriggers:
    """What `console_turned_on` and `console_turned_off` told of a console."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Start without triggers."""
        self.recorders = {it: TriggerRecorder(hass) for it in ("turned_on", "turned_off")}
        self._target = {"entity_id": entity_id}

    async def attach(self) -> ConsoleTriggers:
        """Attach the triggers."""
        for name, recorder in self.recorders.items():
            await recorder.attach(f"console_{name}", self._target)
        return self

    @property
    def told(self) -> dict[str, int]:
        """How often each has fired."""
        return {name: len(it.told) for name, it in self.recorders.items() if it.told}

    def clear(self) -> None:
        """Forget everything."""
        for recorder in self.recorders.values():
            recorder.told.clear()

    def close(self) -> None:
        """Detach the triggers."""
        for recorder in self.recorders.values():
            recorder.detach()
