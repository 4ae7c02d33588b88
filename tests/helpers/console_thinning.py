"""Answers about consoles that leave something out, or say the same again, at random."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from random import Random
from typing import Any, Final

from tests.helpers.thinning import thin
from tests.simulator import Simulator

CONSOLES: Final = "xccs.xboxlive.com"
CATALOG: Final = "displaycatalog.mp.microsoft.com"


class ConsoleThinning:
    """Spoils answers about consoles and products, never two in a row to one question.

    A spoiled answer lacks up to three things (fields, items, blocks at any depth: absent, null, empty or of a kind
    that cannot be read), does not know the power, or is the whole answer to the same question before.
    """

    def __init__(self, rng: Random, *console_ids: str, probability: float = 0.5) -> None:
        """Spoil answers with that probability, those about the status of these consoles among them."""
        self._rng = rng
        self._console_ids = console_ids
        self._probability = probability
        self._before: dict[str, Any] = {}
        self._spoiled: set[str] = set()
        self.count = 0
        self.active = True

    def attach(self, simulator: Simulator) -> None:
        """Spoil the answers of a simulator from now on."""
        questions = {f"/consoles/{it}": self._thin_status for it in self._console_ids}
        for path, change in (questions | {"/lists/devices": self._thin_any}).items():
            simulator.spoil(CONSOLES, partial(self._change, path, change), path, times=None)
        # its answer does not say of which console it is: all of them are one question
        apps = partial(self._change, "apps", self._thin_any)
        simulator.spoil(CONSOLES, apps, "/lists/installedApps", times=None)
        lookup = partial(self._change, "lookup", self._thin_any)
        simulator.spoil(CATALOG, lookup, "/products/lookup", times=None)

    def _change(self, question: str, change: Callable[[Any], None], answer: Any) -> Any:
        before = self._before.get(question)
        may = self.active and question not in self._spoiled
        self._spoiled.discard(question)
        if not may or self._rng.random() >= self._probability:
            self._before[question] = deepcopy(answer)
            return answer
        self._spoiled.add(question)
        self.count += 1
        can_repeat = before is not None and question != "lookup"
        if can_repeat and self._rng.random() < 0.3:
            return before
        change(answer)
        return answer

    def _thin_any(self, answer: Any) -> None:
        thin(self._rng, answer)

    def _thin_status(self, answer: Any) -> None:
        kind = self._rng.random()
        if kind < 0.3:
            answer["powerState"] = "Unknown"
        elif kind < 0.5:
            answer["focusAppAumid"] = ""
        else:
            thin(self._rng, answer)
