"""A person of the simulated world, and the person's acts."""

import contextlib
import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..titles.counter import Counter
from ..titles.title import HOME, XBOX_APP_MOBILE, XBOX_APP_PC, Title, picture_token
from ..world.changes import Change, Glimpse, PersonChanged, PresenceChanged, Unlocked

if TYPE_CHECKING:
    from ..world.world import World

NO_MOMENT = 0.0
"""The time of an unlock for which the services have no time."""

_START_TITLES = {
    "Scarlett": HOME,
    "XboxOne": HOME,
    "Xbox360": HOME,
    "WindowsOneCore": XBOX_APP_PC,
    "PC": XBOX_APP_PC,
    "Win32": XBOX_APP_PC,
    "iOS": XBOX_APP_MOBILE,
    "Android": XBOX_APP_MOBILE,
}


_PCS = frozenset({"WindowsOneCore", "PC", "Win32"})


@dataclass(frozen=True)
class Late:
    """An end on a PC, reported at the next heartbeat: its time, the report's time, its kind."""

    at: float
    due: float
    signs_out: bool


@dataclass
class Activity:
    """A running title on a device, with its start on the world's clock."""

    title: Title
    since: float
    placement: str = "Full"
    rich_presence: str | None = None


@dataclass(frozen=True)
class LastSeen:
    """The device, title and time of a person's last sign-out."""

    device: str
    title_id: str | None
    at: float


@dataclass(frozen=True)
class Party:
    """A party. `restriction` is `followed` (friends may join) or `local` (only by invitation)."""

    size: int
    restriction: str
    name: str


@dataclass
class Progress:
    """A person's unlocks in a title, and when it was played last.

    `unlocked` has the times by achievement number. By default the first achievements were unlocked,
    one hour apart. `unlisted` leaves the title out of all lists of achievements.
    """

    achievements: int = 0
    gamerscore: int = 0
    last_played: float = 0.0
    unlocked: dict[int, float] = field(default_factory=dict)
    unlisted: bool = False

    def __post_init__(self) -> None:
        """Fill in the times of achievements that are only counted."""
        for number in range(1, self.achievements + 1):
            hours = self.achievements - number
            self.unlocked.setdefault(number, self.last_played - 3_600 * hours)


@dataclass(eq=False)
class Person:
    """A person. Changes take effect in the next answer of any service."""

    xuid: str
    modern_gamertag: str
    suffix: str = ""
    real_name: str = ""
    gamerscore: int = 0
    bio: str = ""
    location: str = ""
    reputation: str = "GoodPlayer"
    followers: int = 0
    following: int = 0
    picture_style: str = "ssl"
    colors: tuple[str, str, str] = ("107c10", "102b14", "155715")
    friends: set[str] = field(default_factory=set)
    favorites: set[str] = field(default_factory=set)
    requests_sent: set[str] = field(default_factory=set)
    requests_received: set[str] = field(default_factory=set)
    progress: dict[str, Progress] = field(default_factory=dict)
    devices: dict[str, list[Activity]] = field(default_factory=dict)
    last_seen: LastSeen | None = None
    party: Party | None = None
    away: bool = False
    hidden: bool = False
    hides_titles: bool = False
    empty_lists: bool = False
    """Whether the lists of achievements are empty, as privacy may show them instead of refusing with 403."""
    cloaked: bool = False
    pictures: int = 0
    avatars: int = 1
    focus: str | None = None
    seen_before_cloak: LastSeen | None = None
    asked_last_seen: int = 0
    counter: Counter = field(default_factory=Counter)
    late: dict[str, Late] = field(default_factory=dict)
    """Ends that are not reported yet, by device."""
    world: World | None = field(default=None, repr=False)
    classic: str = ""
    """The classic gamertag of a person whose modern one is no other way to write it."""

    @property
    def gamertag(self) -> str:
        """Return the classic gamertag."""
        return self.classic or self.modern_gamertag + self.suffix

    @property
    def unique_gamertag(self) -> str:
        """Return the modern gamertag with its suffix, as `Name#1234`."""
        return f"{self.modern_gamertag}#{self.suffix}" if self.suffix else self.modern_gamertag

    @property
    def state(self) -> str:
        """Return the state that the person's own account sees."""
        if not self.devices:
            return "Offline"
        return "Away" if self.away else "Online"

    @property
    def picture(self) -> str:
        """Return the token of the gamerpic at images-eds."""
        return picture_token("person", self.xuid, str(self.pictures))

    @property
    def gamerpic_url(self) -> str:
        """Return the gamerpic's URL in one of three known forms."""
        if self.picture_style == "plain":
            return f"http://images-eds.xboxlive.com/image?url={self.picture}&format=png"
        if self.picture_style == "padding":
            query = f"url={self.picture}&background=0xababab&mode=Padding&format=png"
            return f"http://images-eds.xboxlive.com/image?{query}"
        return f"https://images-eds-ssl.xboxlive.com/image?url={self.picture}&format=png"

    def activities(self) -> Iterator[tuple[str, Activity]]:
        """Yield each running title with its device."""
        for device, running in self.devices.items():
            for activity in running:
                yield device, activity

    @property
    def primary(self) -> Activity | None:
        """Return the activity in the foreground, on the device in focus."""
        running = self.devices.get(self.focus or "", [])
        return next((item for item in running if item.placement == "Full"), None)

    def shows(self, device: str) -> Title | None:
        """Return the title in the foreground of a device, None if the person is not there."""
        running = self.devices.get(device, [])
        return next((item.title for item in running if item.placement == "Full"), None)

    def glimpse(self) -> Glimpse:
        """Return the person's presence now, with nothing hidden."""
        running = tuple(
            (device, item.title.title_id, item.placement, item.rich_presence)
            for device, item in self.activities()
        )
        return Glimpse(self.state, tuple(self.devices), running, self.focus)

    def go_online(self, device: str = "Scarlett") -> None:
        """Sign in on a device."""
        with self._changing():
            self._sign_in(device)

    def play(
        self, title_id: str, device: str = "Scarlett", rich_presence: str | None = None
    ) -> None:
        """Run a title on a device, in place of another, or change its rich presence."""
        title = self._title(title_id)
        now = self._now()
        with self._changing():
            self.late.pop(device, None)
            self._sign_in(device)
            running = self.devices[device]
            same = next((item for item in running if item.title is title), None)
            activity = same or Activity(title, now)
            activity.rich_presence = rich_presence
            activity.placement = "Full"
            start = [item for item in running if item.title.system and item is not activity]
            for item in start:
                item.placement = "Background"
            self.devices[device] = [*start, activity]
            if not title.system:
                self.progress.setdefault(title_id, Progress()).last_played = now

    def stop(self, device: str | None = None) -> None:
        """Quit the titles of a device, or of all devices, without signing out."""
        with self._changing():
            for name in [device] if device else list(self.devices):
                if not self._delay_end(name, signs_out=False):
                    self._quit(name)
            self._update_focus()

    def settle(self) -> None:
        """Apply the late ends on PCs that are due by now."""
        due = [(name, late) for name, late in self.late.items() if late.due <= self._now()]
        for name, late in due:
            with self._changing():
                del self.late[name]
                if late.signs_out:
                    self._sign_out(name, late.at)
                else:
                    self._quit(name)
                self._update_focus()

    def go_offline(self, device: str | None = None) -> None:
        """Sign out of a device, or of all devices. The last one sets `last_seen`."""
        with self._changing():
            for name in [device] if device else list(self.devices):
                if not self._delay_end(name, signs_out=True):
                    self._sign_out(name, self._now())
            self._update_focus()

    def join_party(self, size: int = 2, restriction: str = "followed") -> None:
        """Join a party of `size` people."""
        name = hashlib.md5(f"{self.xuid}{size}".encode(), usedforsecurity=False).hexdigest()
        dashed = f"{name[:8]}-{name[8:12]}-4000-8000-{name[20:]}"
        self.party = Party(size, restriction, dashed)
        self._tell(PersonChanged(self, "party"))

    def leave_party(self) -> None:
        """Leave the party."""
        self.party = None
        self._tell(PersonChanged(self, "party"))

    def cloak(self) -> None:
        """Appear offline. For others the last-seen time stops here."""
        self.seen_before_cloak = (
            LastSeen(self.focus or "Scarlett", None, self._now())
            if self.devices
            else self.last_seen
        )
        self.cloaked = True
        self._tell(PersonChanged(self, "cloak"))

    def uncloak(self) -> None:
        """End appearing offline."""
        self.cloaked = False
        self._tell(PersonChanged(self, "cloak"))

    def rename(self, gamertag: str, suffix: str = "", classic: str = "") -> None:
        """Change the gamertag: the modern one, and the classic one if it is not made of the same letters."""
        self.modern_gamertag = gamertag
        self.suffix = suffix
        self.classic = classic
        self._tell(PersonChanged(self, "gamertag"))

    def change_gamerpic(self) -> None:
        """Choose another gamerpic, with another URL."""
        self.pictures += 1
        self._tell(PersonChanged(self, "gamerpic"))

    def change_avatar(self) -> None:
        """Change the avatar; its URL stays. A person with `avatars` 0 has none."""
        self.avatars += 1

    def unlock(self, title_id: str, n: int = 1, *, at: float | None = None) -> tuple[int, ...]:
        """Unlock the next `n` achievements of a title. Return their numbers.

        Each is worth its share of the title's gamerscore. For an offline unlock, `at` is its
        earlier time; the services know it from now on. `NO_MOMENT` is an unknown time.
        """
        title = self._title(title_id)
        progress = self.progress.setdefault(title_id, Progress())
        locked = (i for i in range(1, title.achievements + 1) if i not in progress.unlocked)
        numbers = tuple(itertools.islice(locked, n))
        if not numbers:
            return ()
        progress.unlocked |= dict.fromkeys(numbers, self._now() if at is None else at)
        progress.achievements = len(progress.unlocked)
        before = progress.gamerscore
        progress.gamerscore = title.gamerscore * progress.achievements // title.achievements
        self.gamerscore += progress.gamerscore - before
        self._tell(Unlocked(self, title, numbers))
        return numbers

    def seen_by(self, caller: Person) -> bool:
        """Return whether the caller may see the person's presence at all."""
        return caller is self or not self.hidden

    def state_for(self, caller: Person) -> str:
        """Return the state that the caller sees."""
        appears_offline = caller is not self and (self.hidden or self.cloaked)
        return "Offline" if appears_offline else self.state

    def last_seen_for(self, caller: Person) -> LastSeen | None:
        """Return the last sign-out that the caller may see, None while online."""
        if not self.seen_by(caller) or self.state_for(caller) != "Offline":
            return None
        if self.cloaked and caller is not self:
            return self.seen_before_cloak
        return self.last_seen

    def _quit(self, device: str) -> None:
        self.devices[device] = [item for item in self.devices[device] if item.title.system]
        for item in self.devices[device]:
            item.placement = "Full"

    def _sign_out(self, device: str, at: float) -> None:
        if (running := self.devices.pop(device, None)) is not None:
            titles = [item.title.title_id for item in running if item.placement == "Full"]
            self.last_seen = LastSeen(device, titles[-1] if titles else None, at)
        if not self.devices:
            self.party = None
            self.away = False

    def _delay_end(self, device: str, *, signs_out: bool) -> bool:
        """Delay the report of an end on a PC to its next heartbeat, if the world has heartbeats."""
        heartbeat = self.world.heartbeat if self.world else 0.0
        playing = [it for it in self.devices.get(device, ()) if not it.title.system]
        if not heartbeat or device not in _PCS or not playing:
            return False
        now = self._now()
        at = self.late[device].at if device in self.late else now
        due = now + heartbeat - (now - playing[-1].since) % heartbeat
        self.late[device] = Late(at, due, signs_out)
        return True

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        before = self.glimpse()
        yield
        running = [
            (device, item.title)
            for device, item in self.activities()
            if device not in self.late and not item.title.system
        ]
        if self.world is not None:
            self.counter.follow((title.title_id for _, title in running), self._now())
        after = self.glimpse()
        if after != before:
            self._tell(PresenceChanged(self, before, after))

    def _tell(self, change: Change) -> None:
        if self.world is not None:
            self.world.tell(change)

    def _sign_in(self, device: str) -> None:
        if device not in self.devices:
            start = _START_TITLES.get(device)
            self.devices[device] = [Activity(self._title(start), self._now())] if start else []
        self.focus = device

    def _update_focus(self) -> None:
        playing = [device for device, item in self.activities() if not item.title.system] or list(
            self.devices
        )
        if self.focus not in playing:
            self.focus = playing[-1] if playing else None

    def _title(self, title_id: str) -> Title:
        if self.world is None:
            raise LookupError("put the person into a world first")
        return self.world.titles[title_id]

    def _now(self) -> float:
        if self.world is None:
            raise LookupError("put the person into a world first")
        return self.world.clock()
