"""Scripts: what happens step by step, and how often which trigger fires."""

from abc import ABC, abstractmethod

from tests.helpers.automations.triggers import TriggerRecorder


class TriggerScript(ABC):
    """What plays a script, and the triggers that are attached meanwhile, each by a name."""

    def __init__(self) -> None:
        """Begin without triggers."""
        self.recorders: dict[str, TriggerRecorder] = {}

    def fired(self) -> dict[str, int]:
        """Return how often each has fired, and start counting again."""
        counted = {
            label: len(recorder.told) for label, recorder in self.recorders.items() if recorder.told
        }
        for recorder in self.recorders.values():
            recorder.told.clear()
        return counted

    async def play(self, script: str) -> dict[str, int]:
        """Let it happen; return how often each trigger has fired."""
        for step in script.split(", "):
            await self._step(*step.split())
        return self.fired()

    def close(self) -> None:
        """Detach the triggers."""
        for recorder in self.recorders.values():
            recorder.detach()

    @abstractmethod
    async def _step(self, what: str, *how: str) -> None:
        """Let one thing happen."""
