"""A console of the simulated world: power, shown app, players, and operations."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..people.person import Person
from ..titles.title import HOME, IDLE, LIVE_TV, SYSTEM_AUMIDS, Title
from .console_app import InstalledApp, StorageDevice
from .operation import Command, Ending, Operation

if TYPE_CHECKING:
    from ..world.world import World

ON = "On"
OFF = "Off"
STANDBY = "ConnectedStandby"
UPDATE = "SystemUpdate"
UNKNOWN = "Unknown"
_RUNNING = (ON, UNKNOWN)  # The service may not know the state ("Unknown") of a console that is on.
_MOST_SCREENS = 64


@dataclass(frozen=True)
class Screen:
    """The state of a console at one moment. `focus` is the AUMID of the app, kept while off."""

    power: str = STANDBY
    playback: str = "Stopped"
    focus: str | None = ""


@dataclass(eq=False, kw_only=True)
class Console:
    """A console. Changes show in the next answer, or `lag` seconds later; see also `delay_next`.

    With `power_saving` it goes `Off`, not to standby. With `bare` its answers omit optional fields.
    `regulars` are the persons who sign in here whenever they appear on such a device.
    `answer_seconds` is the time that xccs takes for the answer to an accepted command, by name of the command
    (None: any other). The command itself begins with the call.

    With `asks_who_plays` a game that is launched while nobody is signed in waits for the answer of a person at
    the console (`prompt` is its AUMID meanwhile): `sit_down` answers and `dismiss` cancels. No document says what
    the network tells then; the simulator's operation succeeds, because the console did what it was told, and its
    status goes on to name what is really in front. Apps start without a person.

    `system_version` is told in the `destination` of command answers under `system_version_key`, whose real name is
    not certain (`docs/network.md` S7.6). Without `destination_switches` the two switches are missing there, as some
    saw it since August 2026.
    """

    console_id: str
    owner: str
    name: str = "Den"
    console_type: str = "XboxSeriesX"
    shared_with: set[str] = field(default_factory=set)
    locale: str | None = "en-US"
    region: str | None = "US"
    remote_management: bool = True
    digital_assistant: bool = True
    streaming: bool = False
    tv_configured: bool = False
    power_saving: bool = False
    bare: bool = False
    storage: list[StorageDevice] = field(default_factory=list)
    storage_known: bool = True
    apps: list[InstalledApp] = field(default_factory=list)
    wake_seconds: float = 10.0
    off_seconds: float = 2.0
    restart_seconds: float = 25.0
    command_seconds: float = 0.5
    answer_seconds: dict[str | None, float] = field(default_factory=dict)
    lag: float = 0.0
    auto_sign_in: Person | None = None
    asks_who_plays: bool = False
    prompt: str | None = None
    system_version: object = None
    system_version_key: str = "osVersion"
    destination_switches: bool = True
    regulars: list[Person] = field(default_factory=list)
    players: list[Person] = field(default_factory=list)
    operations: dict[str, Operation] = field(default_factory=dict)
    done: list[Command] = field(default_factory=list)
    volume: int = 20
    muted: bool = False
    world: World | None = field(default=None, repr=False)
    _screens: list[tuple[float, Screen]] = field(
        default_factory=lambda: [(0.0, Screen())], repr=False
    )
    _lags: list[tuple[str | None, float]] = field(default_factory=list, repr=False)
    _effect_lag: float = 0.0
    _scheduled: list[tuple[float, Callable[[], object]]] = field(default_factory=list, repr=False)
    _endings: list[tuple[str | None, Ending]] = field(default_factory=list, repr=False)

    @property
    def device(self) -> str:
        """Return the device type that presence uses for this console."""
        return "Scarlett" if "Series" in self.console_type else "XboxOne"

    @property
    def screen(self) -> Screen:
        """Return the console's state now."""
        self.settle()
        return self._screens[-1][1]

    @property
    def told(self) -> Screen:
        """Return the console's state as the service reports it."""
        self.settle()
        moment = self._now() - self.lag
        known = [screen for told_at, screen in self._screens if told_at <= moment]
        return known[-1] if known else self._screens[0][1]

    @property
    def power(self) -> str:
        """Return the power state. Setting it starts or ends everything that depends on it."""
        return self.screen.power

    @power.setter
    def power(self, state: str) -> None:
        was_running, running = self.power in _RUNNING, state in _RUNNING
        if running and not was_running:
            self._show(Screen(state, "Stopped", SYSTEM_AUMIDS[HOME]))
            if self.auto_sign_in is not None:
                self.sit_down(self.auto_sign_in)
        elif was_running and not running:
            self._show(replace(self.screen, power=state, playback="Stopped"))
            self.prompt = None
            former_players, self.players = self.players, []
            for person in former_players:
                person.go_offline(self.device)
        else:
            self._show(replace(self.screen, power=state))

    @property
    def playback(self) -> str:
        """Return `Playing`, `Paused`, `Stopped` or `Unknown`."""
        return self.screen.playback

    @playback.setter
    def playback(self, state: str) -> None:
        self._show(replace(self.screen, playback=state))

    @property
    def focus(self) -> str | None:
        """Return the AUMID of the shown app. Setting it shows another app."""
        return self.screen.focus

    @focus.setter
    def focus(self, aumid: str | None) -> None:
        self.prompt = None  # another app in front takes its place
        self._show(replace(self.screen, focus=aumid, playback="Stopped"))
        for person in list(self.players):
            self._update_presence(person)

    @property
    def keys(self) -> list[str]:
        """Return the remotely pressed buttons."""
        self.settle()
        return [it.parameters["keyType"] for it in self.done if it.name == "InjectKey"]

    @property
    def texts(self) -> list[str]:
        """Return the remotely typed texts."""
        self.settle()
        return [it.parameters["replacementString"] for it in self.done if it.name == "InjectString"]

    def linked_to(self, xuid: str) -> bool:
        """Return whether an account has this console."""
        return xuid == self.owner or xuid in self.shared_with

    def app(self, reference: str) -> InstalledApp:
        """Return an installed app by product id, title id, AUMID or name. LookupError if there is none."""
        for app in self.present_apps():
            if reference in (app.product_id, app.title_id, app.aumid, app.name) and app.aumid:
                return app
        raise LookupError("there is no such app on this console")

    def present_apps(self) -> list[InstalledApp]:
        """Return the apps on the plugged-in disks."""
        plugged = {None, *(disk.storage_id for disk in self.storage)}
        return [app for app in self.apps if app.storage_id in plugged]

    def run(self, reference: str) -> None:
        """Run an installed app, for all players here. Raises LookupError if there is none."""
        app = self.app(reference)
        app.last_active = self._now()
        self.focus = app.aumid

    def launch(self, product_id: str) -> None:
        """Run an installed app, as a command does it: a game may ask first who plays. LookupError if there is none."""
        app = self.app(product_id)
        if app.is_game and self.asks_who_plays and not self.players:
            self.prompt = app.aumid
        else:
            self.run(product_id)

    def dismiss(self) -> None:
        """Cancel the question who plays: the game is not run."""
        self.prompt = None

    def go_home(self) -> None:
        """Show the home screen."""
        self.focus = SYSTEM_AUMIDS[HOME]

    def idle(self) -> None:
        """Show the screensaver."""
        self.focus = SYSTEM_AUMIDS[IDLE]

    def watch_tv(self) -> None:
        """Show live television."""
        self.focus = SYSTEM_AUMIDS[LIVE_TV]

    def plug_in(self, disk: StorageDevice) -> None:
        """Plug in a disk with its apps."""
        self.storage.append(disk)

    def unplug(self, storage_id: str) -> None:
        """Unplug a disk with its apps."""
        self.storage = [disk for disk in self.storage if disk.storage_id != storage_id]

    def sit_down(self, person: Person) -> None:
        """Sign a person in here. Switch the console on first; title and presence then match."""
        for other in self._consoles_of(person):
            if other is not self:
                other.players.remove(person)
        if self.power not in _RUNNING:
            self.power = ON
        if person not in self.players:
            self.players.append(person)
        if self.prompt:
            self.run(self.prompt)
        elif self.device in person.devices:
            self.notice(person)
        else:
            self._update_presence(person)

    def stand_up(self, person: Person) -> None:
        """Sign a person out here."""
        person.go_offline(self.device)

    def forget(self, person: Person) -> None:
        """Forget a deleted person."""
        self.players = [it for it in self.players if it is not person]
        self.regulars = [it for it in self.regulars if it is not person]

    def notice(self, person: Person) -> None:
        """Show the changed activity of a person who plays here."""
        running = person.devices.get(self.device)
        if running is not None and person in self.regulars and not self._consoles_of(person):
            self.sit_down(person)
        if person not in self.players:
            return
        if running is None:
            self.players.remove(person)
            if not self.players:
                self.go_home()
            return
        shown = person.shows(self.device)
        if shown is not None and shown is not (self.title or self._world().titles[HOME]):
            self.focus = self._aumid_of(shown)

    @property
    def title(self) -> Title | None:
        """Return the shown title, None for an app that is no title of the world."""
        titles = self._world().titles
        for app in self.apps:
            if app.aumid == self.focus and app.title_id in titles:
                return titles[app.title_id]
        return next((title for title in titles.values() if title.aumid == self.focus), None)

    def delay_next(self, command: str | None, seconds: float, times: int = 1) -> None:
        """Let the service tell the effect of a command's next executions late (None: any command).

        The console itself is not late. A change that is told before takes the place of a late one.
        """
        self._lags += [(command, seconds)] * times

    def end_next(self, command: str | None, ending: Ending | str, times: int = 1) -> None:
        """Set the ending of a command's next operations (None: any command). A text is only the status."""
        scripted = Ending(status=ending) if isinstance(ending, str) else ending
        self._endings += [(command, scripted)] * times

    def refuse(
        self,
        code: str,
        *,
        at: str = "commands",
        command: str | None = None,
        status: int | None = None,
        times: int | None = 1,
    ) -> None:
        """Let the next calls about this console end with an error code; see QueuedErrors.add."""
        errors, console_id = self._world().xccs_errors, self.console_id
        errors.add(code, at=at, console_id=console_id, command=command, status=status, times=times)

    def accept(self, command: Command, seconds: float, effect: Callable[[], bool]) -> Operation:
        """Start an accepted command."""
        operation = Operation(str(uuid.uuid4()), command)
        self.operations[operation.op_id] = operation
        ending = self._ending_of(command)
        if ending.status != "Pending":
            wait = seconds if ending.seconds is None else ending.seconds
            self.later(wait, lambda: self._finish(operation, ending, effect))
            self.settle()
        return operation

    def answers_after(self, command: str) -> float:
        """Return the seconds after which xccs answers a command."""
        return self.answer_seconds.get(command, self.answer_seconds.get(None, 0.0))

    def later(self, seconds: float, effect: Callable[[], object]) -> None:
        """Schedule an effect some seconds later on the world's clock."""
        self._scheduled.append((self._now() + seconds, effect))

    def settle(self) -> None:
        """Apply the effects that are due."""
        while self._scheduled:
            due = min(self._scheduled, key=lambda item: item[0])
            if due[0] > self._now():
                return
            self._scheduled.remove(due)
            due[1]()

    def _ending_of(self, command: Command) -> Ending:
        for index, (name, ending) in enumerate(self._endings):
            if name in (None, command.name):
                del self._endings[index]
                return ending
        if self.power in (UPDATE, UNKNOWN):
            return Ending(status="TimedOut", seconds=30.0)
        if self.power != ON and command.name != "WakeUp":
            return Ending(status="OffConsoleError")
        return Ending()

    def _lag_of(self, command: Command) -> float:
        for index, (name, seconds) in enumerate(self._lags):
            if name in (None, command.name):
                del self._lags[index]
                return seconds
        return 0.0

    def _finish(self, operation: Operation, ending: Ending, effect: Callable[[], bool]) -> None:
        if ending.does:
            self.done.append(operation.command)
            self._effect_lag = self._lag_of(operation.command)
            works = effect()
            self._effect_lag = 0.0
            if not works:
                ending = Ending(status="Error", console_status_code=4, message="Not possible")
        operation.ending = ending

    def _update_presence(self, person: Person) -> None:
        """Let the presence of a player here show this console's title."""
        title = self.title
        if title is None or title.title_id == HOME:
            person.go_online(self.device)
            person.stop(self.device)
        elif person.shows(self.device) is not title:
            person.play(title.title_id, self.device)

    def _consoles_of(self, person: Person) -> list[Console]:
        """Return the consoles of this kind where a person plays."""
        consoles = self._world().consoles.values()
        return [it for it in consoles if it.device == self.device and person in it.players]

    def _aumid_of(self, title: Title) -> str:
        for app in self.present_apps():
            if app.title_id == title.title_id and app.aumid:
                return app.aumid
        return title.aumid

    def _show(self, screen: Screen) -> None:
        if screen != self._screens[-1][1]:
            told_at = self._now() + self._effect_lag
            self._screens = [*self._screens[-_MOST_SCREENS:], (told_at, screen)]

    def _now(self) -> float:
        return self._world().clock()

    def _world(self) -> World:
        if self.world is None:
            raise LookupError("put the console into a world first")
        return self.world
