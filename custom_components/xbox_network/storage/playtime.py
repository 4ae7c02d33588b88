"""The files with play time and allowances. No service can return them: nothing of them may get lost."""

import asyncio
import math
from collections.abc import Callable, Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..allowance import Allowance
from ..const import DOMAIN
from ..xbox.playtime.ledger_json import KEYS
from ..xbox.playtime.tracker import PlaytimeTracker
from .additions import ANY, Additions, Known, additions_of
from .allowance_json import KNOWN, allowance_from_json
from .base import AccountFile, WhenNewer, account_file

# A crash loses no more than this.
_CURRENT_SECONDS: Final = 60.0

_ALLOWANCES: HassKey[dict[str, Allowances]] = HassKey(f"{DOMAIN}_allowances")


class File(StrEnum):
    """The files; the value is the end of the file's name."""

    HISTORY = "playtime"
    CURRENT = "playtime_now"
    LIMITS = "limits"


_OF_PLAYTIME: Final[Known] = {"people": {ANY: dict.fromkeys(KEYS)}, "titles": None}
_OF_LIMITS: Final[Known] = {"people": {ANY: KNOWN}}


class _PeopleFile:
    """A file with something about people, by xuid. What a later minor version has added stays in it."""

    def __init__(
        self, file: AccountFile, known: Known, read: Callable[[dict[str, Any]], set[str] | None]
    ) -> None:
        """`known` is what `read` takes over."""
        self.file = file
        self._known = known
        self._read = read
        self._additions = Additions()

    def take(self, content: dict[str, Any] | None) -> set[str] | None:
        """Take over the content of the file, and have it kept aside if something in it makes no sense.

        Return the xuids of those who miss something by that, None if it is unknown who.
        """
        self._additions = additions_of(content, self._known)
        lost = set() if content is None else self._read(content)
        if self.file.damaged:
            return None
        if lost != set():
            self.file.mark_damaged()
        return lost

    def completed(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return content to write, with the additions."""
        whole: dict[str, Any] = self._additions.added_to(content)
        return whole


class PlaytimeFiles:
    """The two files of one account: the history, which is rarely written, and the current play time."""

    def __init__(self, hass: HomeAssistant, owner: str, tracker: PlaytimeTracker) -> None:
        """Store the play time of a tracker. `lost` is what `load` found, see `_load`."""
        self._hass = hass
        self._tracker = tracker
        self._history = _PeopleFile(
            account_file(hass, owner, File.HISTORY, valuable=True, when_newer=WhenNewer.LEFT_ALONE),
            _OF_PLAYTIME,
            tracker.history.from_store,
        )
        self._current = _PeopleFile(
            account_file(hass, owner, File.CURRENT, valuable=True, when_newer=WhenNewer.KEPT_ASIDE),
            _OF_PLAYTIME,
            tracker.current.from_store,
        )
        self.lost: set[str] | None = set()
        self._history_version: int | None = 0
        self._current_version: int | None = 0
        self._current_at = -math.inf
        self._waiting = False

    @property
    def files(self) -> tuple[AccountFile, ...]:
        """The two files."""
        return self._history.file, self._current.file

    async def load(self) -> None:
        """Read both files into the tracker, the history first. A damaged one is soon written again.

        The days of a history of a newer version stay in its file, and what is counted meanwhile in the other one.
        """
        tracker, (history, current) = self._tracker, self.files
        of_both = await asyncio.gather(history.load(), current.load())
        of_history, of_current = self._history.take(of_both[0]), self._current.take(of_both[1])
        certain = of_history is not None and of_current is not None
        self.lost = {*(of_history or ()), *(of_current or ())} if certain else None
        self._history_version = None if history.to_replace else tracker.history.version
        self._current_version = None if current.to_replace else tracker.current.version
        if history.locked:
            tracker.follow_unknown_history()

    async def begin_anew(self) -> None:
        """Write a history in place of that of a newer version."""
        self._history.file.begin_anew()
        await self.save_history()

    @property
    def history_due(self) -> bool:
        """Whether the tracker has a new history to save. That is rare."""
        return self._tracker.history.version != self._history_version

    @callback
    def save_current_soon(self) -> None:
        """Save the current play time within a minute, if it has changed. At most one write a minute."""
        if self._waiting or self._current_version == self._tracker.current.version:
            return
        self._waiting = True  # another delay would take the place of this one
        since = self._hass.loop.time() - self._current_at
        self._current.file.save_soon(self._current_content, max(0.0, _CURRENT_SECONDS - since))

    @callback
    def save_at_stop(self) -> None:
        """Save the current play time with the final writes of Home Assistant."""
        self._current.file.save_soon(self._current_content, 0.0)

    async def save_history(self) -> None:
        """Save the history. Once it is on disk the file of the current play time leaves it out."""
        tracker = self._tracker
        self._history_version = tracker.history.version
        content = self._history.completed(tracker.history.to_store())
        if await self._history.file.save(content):
            tracker.history_saved()

    async def save(self) -> None:
        """Save both files now, for the last time."""
        if self.history_due:
            await self.save_history()
        content = self._current_content()
        self._waiting = True  # what comes by while this is written would be written after the end
        await self._current.file.save(content)

    def _current_content(self) -> dict[str, Any]:
        tracker = self._tracker
        tracker.update()
        self._waiting = False
        self._current_at, self._current_version = self._hass.loop.time(), tracker.current.version
        return self._current.completed(tracker.current.to_store())


@callback
def allowances_of(hass: HomeAssistant, owner: str) -> Allowances:
    """Return the allowances of an account, by the account's xuid. They are one object, also after a reload.

    So what is changed while the account is loaded, reloaded or disabled is not lost.
    """
    known = hass.data.setdefault(_ALLOWANCES, {})
    if owner not in known:
        known[owner] = Allowances(hass, owner)
    return known[owner]


@callback
def forget_allowances(hass: HomeAssistant, owner: str) -> None:
    """Forget the allowances of a removed account."""
    known = hass.data.get(_ALLOWANCES, {})
    if known.pop(owner, None) and not known:
        del hass.data[_ALLOWANCES]


class Allowances:
    """The allowance of each person, by xuid."""

    def __init__(self, hass: HomeAssistant, owner: str) -> None:
        """`owner` is the xuid of the account. `lost` is what `load` found, see `_load`."""
        self._stored = _PeopleFile(
            account_file(hass, owner, File.LIMITS, valuable=True, when_newer=WhenNewer.LEFT_ALONE),
            _OF_LIMITS,
            self._read,
        )
        self._store = self._stored.file
        self.lost: set[str] | None = set()
        self._known: dict[str, Allowance] = {}
        self._loading = asyncio.Lock()
        self._read_now: dict[str, Allowance] = {}
        self._unsaved: dict[str, Allowance] = {}  # what a look at the disk may miss
        self._listeners: list[CALLBACK_TYPE] = []
        self._waiting = False

    def __getitem__(self, xuid: str) -> Allowance:
        """Return the allowance of a person, one without limits by default."""
        return self._known.get(xuid, Allowance())

    @property
    def files(self) -> tuple[AccountFile, ...]:
        """The file."""
        return (self._store,)

    async def load(self) -> None:
        """Read the file. A damaged one is soon written again."""
        self.lost = await self._load()
        if self._store.to_replace:
            self._save_soon()

    @property
    def locked(self) -> bool:
        """Whether the limits are those of a newer version: none is in force, and none may be changed."""
        return self._store.locked

    async def begin_anew(self) -> None:
        """Write limits in place of those of a newer version: so far there are none."""
        self._store.begin_anew()
        await self._store.save(self._content())

    async def look(self) -> bool:
        """Read the file of an account that is not loaded, and return whether all of it could be read.

        Else nothing may be written: what is wrong is told when the account is loaded.
        """
        await self._load()
        return not (self._store.damaged or self._store.newer)

    async def _load(self) -> set[str] | None:
        async with self._loading:
            self._read_now = {}
            lost = self._stored.take(await self._store.load())
            self._known = self._read_now | self._unsaved
        return lost

    def _read(self, content: dict[str, Any]) -> set[str] | None:
        people = content.get("people")
        stored: dict[str, Any] = people if isinstance(people, dict) else {}
        known = {xuid: allowance_from_json(it) for xuid, it in stored.items() if xuid.isdecimal()}
        self._read_now = {xuid: allowance for xuid, (allowance, _) in known.items()}
        lost = {xuid for xuid, (_, odd) in known.items() if odd}
        certain = isinstance(people, dict) and known.keys() == stored.keys()
        return lost if certain else None

    async def set(self, changed: dict[str, Allowance]) -> None:
        """Change the allowances of some people and save at once."""
        self.change(changed)
        await self.save_now()

    @callback
    def change(self, changed: dict[str, Allowance]) -> None:
        """Change the allowances of some people, and tell who shows them. `save_now` has to follow."""
        self._known |= changed
        self._unsaved |= changed
        for listener in list(self._listeners):
            listener()

    async def save_now(self) -> bool:
        """Save, and return whether the disk takes it. Else it is tried again, as long as Home Assistant runs."""
        written = dict(self._unsaved)
        await self._store.save(self._content())
        if self._store.failing:
            return False
        if not self._loading.locked():  # else what is being read may be older
            self._unsaved = {
                xuid: it for xuid, it in self._unsaved.items() if written.get(xuid) is not it
            }
        return not self._store.locked

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a function after each change. Return the function that ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def forget_past(self, today: date) -> None:
        """Delete what was agreed for dates that are over."""
        known = {xuid: it.without_past(today) for xuid, it in self._known.items()}
        if any(it is not self._known[xuid] for xuid, it in known.items()):
            self._known = known
            self._save_soon()

    @callback
    def keep_only(self, kept: Collection[str]) -> None:
        """Delete the allowances of all other people."""
        if gone := self._known.keys() - set(kept):
            self._known = {xuid: it for xuid, it in self._known.items() if xuid not in gone}
            self._unsaved = {xuid: it for xuid, it in self._unsaved.items() if xuid not in gone}
            self._save_soon()

    def _save_soon(self) -> None:
        self._waiting = True
        self._store.save_soon(self._content, 0.0)

    async def save(self) -> None:
        """Save now if a save is pending."""
        if self._waiting:
            await self._store.save(self._content())

    def _content(self) -> dict[str, Any]:
        self._waiting = False
        return self._stored.completed(
            {"people": {xuid: it.to_store() for xuid, it in self._known.items()}}
        )
