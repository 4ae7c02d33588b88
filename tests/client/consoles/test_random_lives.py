"""A property: whatever people and commands do, and however odd single answers are, a console is shown as it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.models import commands
from custom_components.xbox_network.xbox.models.commands import Command
from custom_components.xbox_network.xbox.models.consoles import Playback
from tests.client.conftest import HARBOR_KINGS, LUMEN_VIDEO, STARFALL_DRIFT
from tests.helpers.client.thin_consoles import steady
from tests.helpers.console_thinning import ConsoleThinning
from tests.helpers.random_traces import random_traces
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN

PARTS = 2
TITLES = (STARFALL_DRIFT, HARBOR_KINGS, LUMEN_VIDEO)
# Seconds in which the state before a command of ours may be taken for old news, and those of two looks.
SETTLING, TWO_LOOKS, TWO_LOOKS_WHILE_OFF = 100.0, 25.0, 125.0


@dataclass(frozen=True)
class State:
    """The state of a console at one moment: in truth, or as it is shown."""

    at: float
    on: bool | None
    family: str | None = None
    playback: Playback = Playback.UNKNOWN


def truth(console: Console) -> State:
    """Return the true state of a console."""
    screen, on = console.screen, console.power == "On"
    family = (screen.focus or "").partition("!")[0] if on else None
    playback = Playback(screen.playback.casefold()) if on else Playback.UNKNOWN
    assert console.world
    return State(console.world.clock(), on, family, playback)


@dataclass
class Life:
    """The life of the den: its script, and what was shown of it."""

    rng: Random
    den: Console
    client: XboxClient
    observer: ConsolesObserver
    freezer: FrozenDateTimeFactory
    lag: float
    script: list[State] = field(default_factory=list)
    shown: list[State] = field(default_factory=list)
    snapshots: list[dict[str, ConsoleSnapshot]] = field(default_factory=list)
    commands: list[float] = field(default_factory=list)

    @property
    def now(self) -> float:
        """The moment."""
        assert self.den.world
        return self.den.world.clock()

    async def look(self, seconds: float) -> None:
        """Look as often as the observer is due."""
        end = self.now + seconds
        while True:
            consoles = await self.observer.refresh()
            self._note(consoles)
            pause = min(self.observer.seconds_until_refresh, end - self.now)
            if end - self.now <= 0.001:
                return
            self.freezer.tick(max(pause, 0.001))

    def _note(self, consoles: dict[str, ConsoleSnapshot]) -> None:
        self.script.append(truth(self.den))
        den = consoles[DEN]
        family = den.app.family if den.app else None
        self.snapshots.append(consoles)
        self.shown.append(State(self.now, den.power.is_on, family, den.playback))

    async def act(self) -> None:
        """Let somebody on the couch do something, or a command of ours, and wait."""
        was_on = self.den.power == "On"
        if self.rng.random() < 0.3:
            self.observer.request_list()
        if self.rng.random() < 0.3:
            self.observer.request_apps(DEN)
        if self.rng.random() < 0.5:
            self._act_on_the_couch()
            switched = was_on is not (self.den.power == "On")
        else:
            await self._command(self._choose_command())
            switched = False
        self.script.append(truth(self.den))
        # somebody who switches by hand waits until that can be seen
        seen = SETTLING if was_on else TWO_LOOKS_WHILE_OFF
        await self.look(seen + self.lag if switched else self.rng.uniform(1, 45))

    def _act_on_the_couch(self) -> None:
        den = self.den
        match self.rng.randrange(6):
            case 0 | 1:
                den.power = "ConnectedStandby" if den.power == "On" else "On"
            case 2 | 3 if den.power == "On":
                den.run(self.rng.choice(TITLES))
            case 4 if den.power == "On":
                den.go_home()
            case _ if den.focus == den.app(LUMEN_VIDEO).aumid and den.power == "On":
                den.playback = self.rng.choice(("Playing", "Paused", "Stopped"))

    def _choose_command(self) -> Command:
        if self.den.power != "On":
            return commands.WAKE_UP
        choices = [commands.TURN_OFF, commands.GO_HOME]
        for title_id in TITLES:
            app = self.den.app(title_id)
            assert app.product_id
            choices.append(commands.launch(app.product_id, app.aumid))
        if self.den.focus == self.den.app(LUMEN_VIDEO).aumid:
            choices += [commands.PLAY, commands.PAUSE] * 2
        return self.rng.choice(choices)

    async def _command(self, command: Command) -> None:
        self.den.delay_next(command.name, self.rng.choice((0.0, 0.0, 5.0, 20.0)))
        await self.client.consoles.send(DEN, command)
        await self.look(11 if command == commands.WAKE_UP else 3)
        self.observer.on_command_done(DEN, command)
        self.commands.append(self.now)
        self.script.append(truth(self.den))

    def allowed(self, at: float) -> list[State]:
        """Return the states in the script that may be shown at a moment."""
        late = self.lag + 20.0 + TWO_LOOKS
        looked = at - late - TWO_LOOKS_WHILE_OFF
        was_off = any(not it.on for it in self.script if looked <= it.at <= at)
        late += TWO_LOOKS_WHILE_OFF - TWO_LOOKS if was_off else 0.0
        if any(at - SETTLING - late <= it <= at for it in self.commands):
            late += SETTLING
        before = [it for it in self.script if it.at < at - late]
        return [*before[-1:], *(it for it in self.script if at - late <= it.at <= at)]


def switches(states: list[State]) -> list[bool | None]:
    """Return how a console was switched, in order."""
    return [after.on for before, after in pairwise(states) if before.on is not after.on]


def telling(console: ConsoleSnapshot) -> set[tuple[object, ...]]:
    """Return what is known of the installed apps; an empty text is as good as none."""
    return {tuple(value if value != "" else None for _, value in app) for app in console.apps}


def untrue(life: Life) -> Iterator[tuple[str, State]]:
    """Yield what was shown and was not so."""
    for shown in life.shown:
        allowed = life.allowed(shown.at)
        if shown.on not in {it.on for it in allowed}:
            yield "power", shown
        if shown.on is False and shown.family:
            yield "app while off", shown
        families = {it.family for it in allowed}
        if shown.on and shown.family not in families:
            yield "source", shown
        playbacks = {it.playback for it in allowed}
        changed = len(families) > 1 or not all(it.on for it in allowed)
        if shown.on and shown.playback not in playbacks and not changed:
            yield "playback", shown


@pytest.mark.random_traces
@pytest.mark.parametrize("part", range(PARTS))
async def test_random_lives(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
    bedroom: Console,
    part: int,
) -> None:
    """No state is shown that the script does not have, each switch is told once, and nothing else ever changes.

    Any answer may be spoiled as `ConsoleThinning` says; the service is up to 25 seconds late, and up to 20 more after a
    command of ours. What somebody does by hand right after a command may be seen ninety seconds later.
    """
    for rng in random_traces("lives of a console", part, PARTS):
        simulator.heal()
        den.lag = 0.0
        den.power = "On"
        den.go_home()
        if rng.random() < 0.3:
            den.power = "ConnectedStandby"
        freezer.tick(100)
        observer = ConsolesObserver(client)
        await observer.refresh()
        first = await observer.refresh()
        den.lag = rng.choice((0.0, 0.0, 6.0, 25.0))
        freezer.tick(100)
        life = Life(rng, den, client, observer, freezer, den.lag)
        thinning = ConsoleThinning(rng, DEN, BEDROOM)
        thinning.attach(simulator)
        await life.look(0)
        for _ in range(3):
            await life.act()
        await life.look(SETTLING + den.lag)
        thinning.active = False
        await life.look(61)
        assert list(untrue(life)) == []
        assert switches(life.shown) == switches(life.script)
        assert replace(life.shown[-1], at=0) == replace(truth(den), at=0)
        for consoles in life.snapshots:
            assert steady(consoles)[BEDROOM] == first[BEDROOM]
            assert (consoles[DEN].current, consoles[DEN].gone) == (True, False)
            for fact in ("name", "console_type", "disks", "tv_configured", "remote_management"):
                assert getattr(consoles[DEN], fact) == getattr(first[DEN], fact), fact
            assert telling(consoles[DEN]) == telling(first[DEN])
        await observer.close()
        simulator.clear()
