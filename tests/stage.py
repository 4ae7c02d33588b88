"""What happens by a script, and the triggers that watch it."""

from abc import ABC, abstractmethod

from tests.traps import Trap


class Stage(ABC):
    """Where a script is played, and the triggers that watch, each by a name."""

    def __init__(self) -> None:
        """Begin without triggers."""
        self.traps: dict[str, Trap] = {}

    def fired(self) -> dict[str, int]:
        """Return how often each has fired, and start counting again."""
        counted = {label: len(trap.told) for label, trap in self.traps.items() if trap.told}
        for trap in self.traps.values():
            trap.told.clear()
        return counted

    async def play(self, script: str) -> dict[str, int]:
        """Let it happen; return how often each trigger has fired."""
        for step in script.split(", "):
            await self._step(*step.split())
        return self.fired()

    def close(self) -> None:
        """Detach the triggers."""
        for trap in self.traps.values():
            trap.take()

    @abstractmethod
    async def _step(self, what: str, *how: str) -> None:
        """Let one thing happen."""
