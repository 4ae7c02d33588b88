"""Scripts for triggers: acts step by step, and how often each trigger fires."""

from abc import ABC, abstractmethod

from tests.helpers.automations.triggers import TriggerRecorder


class TriggerScript(ABC):
    """Player of a script, with the triggers that are attached meanwhile, by name."""

    def __init__(self) -> None:
        """Start without triggers."""
        self.recorders: dict[str, TriggerRecorder] = {}

    def fired(self) -> dict[str, int]:
        """Return how often each trigger has fired, and reset the counts."""
        counted = {
            label: len(recorder.told) for label, recorder in self.recorders.items() if recorder.told
        }
        for recorder in self.recorders.values():
            recorder.told.clear()
        return counted

    async def play(self, script: str) -> dict[str, int]:
        """Play a script. Return how often each trigger has fired."""
        for step in script.split(", "):
            await self._step(*step.split())
        return self.fired()

    def close(self) -> None:
        """Detach the triggers."""
        for recorder in self.recorders.values():
            recorder.detach()

    @abstractmethod
    async def _step(self, act: str, *args: str) -> None:
        """Do one step of the script."""
