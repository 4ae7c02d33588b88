"""A random life of a person whose unlocks are watched, with odd answers, restarts, and clocks that are wrong."""

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.achievements.counter import FALL_SECONDS
from custom_components.xbox_network.xbox.achievements.lists import FEW
from custom_components.xbox_network.xbox.achievements.watcher import Unlock, UnlockWatcher
from custom_components.xbox_network.xbox.models.people import Person as Profile
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.people.person import PersonSnapshot
from custom_components.xbox_network.xbox.presence import ActiveTitle, Presence
from tests.client.conftest import ACHIEVEMENTS, HARBOR_KINGS, OLD_GAME, OWNER, STARFALL_DRIFT
from tests.helpers.client.unlock_runner import date_in
from tests.simulator import Person, Simulator
from tests.simulator.people.person import NO_MOMENT, Progress

TITLES: Final = (STARFALL_DRIFT, HARBOR_KINGS, OLD_GAME)
IN_1970: Final = 1_000.0
YEARS: Final = 10 * 365 * 86_400.0
HIDDEN_FOR_A_WHILE: Final = 4_000

# What a thin answer may leave out of an item.
_FIELDS: Final = (
    "serviceConfigId",
    "titleAssociations",
    "progressState",
    "progression",
    "unlocked",
    "timeUnlocked",
    "rewards",
    "name",
)

type Key = tuple[str, int]


class UnlockLife:
    """One life: the acts of the person, the odd answers, and what the watcher told."""

    def __init__(
        self,
        rng: Random,
        client: XboxClient,
        observer: PeopleObserver,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """Begin with unlocks of long ago, of which some have no or an impossible time."""
        self.rng, self.client, self.observer = rng, client, observer
        self.simulator, self.freezer = simulator, freezer
        self.told: list[tuple[Key, Unlock]] = []
        self.old: set[Key] = set()
        self.must: set[Key] = set()
        """Unlocks that have to be told."""
        self.may: set[Key] = set()
        """Unlocks of which nothing proves that they are new, or that they are not."""
        self.learnt: set[str] = set()
        """Titles of which a whole list has shown what is locked."""
        self.since: float | None = None
        """The beginning of the watch."""
        self._spoiled = False
        self._fallen_at = -FALL_SECONDS
        self.person = self._new_person()
        self.shown_score: int | None = self.person.gamerscore
        self.watcher = self._new_watcher()

    def _new_person(self) -> Person:
        person, now = self.simulator.world.person(OWNER), self.simulator.world.clock()
        person.devices.clear()
        person.hides_titles = person.empty_lists = False
        person.progress.clear()
        for title_id in TITLES:
            count = self.rng.choice((0, 3, 10))
            progress = Progress(count, 25 * count, now - self.rng.choice((400_000, 30_000_000)))
            odd = self.rng.choice((None, None, NO_MOMENT, IN_1970, now + YEARS))
            if odd is not None:
                progress.unlocked = dict.fromkeys(progress.unlocked, odd)
            person.progress[title_id] = progress
            self.old |= {(title_id, number) for number in progress.unlocked}
        return person

    def _new_watcher(self) -> UnlockWatcher:
        watcher = UnlockWatcher(self.client, self.observer, self._keep)
        watcher.watch(OWNER)
        return watcher

    def _keep(self, _: str, unlocks: list[Unlock]) -> None:
        for unlock in unlocks:
            found = unlock.achievement
            self.told.append(((str(found.title_id), int(found.achievement_id)), unlock))

    def _snapshot(self) -> PersonSnapshot:
        titles = tuple(
            ActiveTitle(it.title.title_id, None, device, is_primary=True, is_game=True)
            for device, it in self.person.activities()
            if it.title.is_game
        )
        known = self.shown_score is not None
        profile = Profile(xuid=OWNER, gamer_score=self.shown_score) if known else None
        return PersonSnapshot(
            xuid=OWNER,
            presence=Presence(bool(titles), titles),
            profile=profile,
            presence_current=True,
            profile_current=known,
            score_confirmed=known,
        )

    async def go_on(self, seconds: int) -> None:
        """Let time pass; the gamerscore is reported once a minute."""
        while True:
            self.watcher.update_people({OWNER: self._snapshot()})
            while self.watcher.seconds_until_refresh() == 0:
                await self._refresh()
            if seconds <= 0:
                return
            due = self.watcher.seconds_until_refresh() or 60.0
            step = min(max(1.0, due), 60.0 if self.person.devices else 600.0, seconds)
            self.freezer.tick(step)
            seconds -= int(step) or 1
            self.shown_score = self.person.gamerscore

    async def _refresh(self) -> None:
        self._spoiled = self.person.empty_lists
        self.simulator.clear()
        await self.watcher.refresh()
        if self.since is None and self.watcher.diagnostics()["known"]:
            self.since = self.simulator.world.clock()
        for request in self.simulator.requests(ACHIEVEMENTS):
            is_whole = "unlockedOnly" not in request.query and "/titlea" in request.path
            is_whole |= (
                "unlockedOnly" not in request.query
                and "3" not in request.headers["x-xbl-contract-version"]
            )
            if is_whole and request.status == 200 and not self._spoiled:
                self.learnt.add(request.query["titleId"])

    async def restart(self, seconds: int) -> None:
        """Restart Home Assistant, which is off for some seconds."""
        stored = json.loads(json.dumps(self.watcher.to_store()))
        self.watcher.unwatch(OWNER)
        fallen_before = self._fell_lately()
        self.freezer.tick(seconds)
        if fallen_before:  # how long ago is forgotten
            self._fallen_at = self.simulator.world.clock()
        self.watcher = self._new_watcher()
        self.watcher.from_store(stored)

    def unlock(self) -> None:
        """Unlock in the game that is played, with a time or without, now or a while ago."""
        playing = {it.title.title_id for _, it in self.person.activities() if it.title.is_game}
        if not playing:
            return
        title_id, now = self.rng.choice(sorted(playing)), self.simulator.world.clock()
        at = self.rng.choice((now, now, now, now - 30, NO_MOMENT, IN_1970, now + YEARS))
        numbers = self.person.unlock(title_id, self.rng.choice((1, 1, 2, 5)), at=at)
        watched = self.since is not None and at > self.since and at <= now
        # where only the gamerscore tells of it, it may have come back from a fall just then
        settled = not self._fell_lately()
        times = self.person.progress[title_id].unlocked.values()
        in_front = sum(it is not None and it > now for it in times) < FEW
        learnt = title_id in self.learnt and at not in (now, now - 30)
        sure = (watched and (settled or in_front)) or (learnt and settled)
        (self.must if sure else self.may).update((title_id, number) for number in numbers)

    def act(self) -> Callable[[], None]:
        """Return something that happens."""
        rng, person = self.rng, self.person
        return rng.choice(
            (
                lambda: person.play(rng.choice(TITLES)),
                lambda: person.play(rng.choice(TITLES), "PC"),
                self.unlock,
                self.unlock,
                self.unlock,
                person.go_offline,
                self.odd_answer,
                self.odd_answer,
                self.hide,
            )
        )

    def hide(self) -> None:
        """Hide or show the achievements, in one of two ways."""
        name = self.rng.choice(("empty_lists", "refused"))
        if name == "refused":
            self.simulator.fail(ACHIEVEMENTS, status=403, times=self.rng.choice((1, 3)))
        else:
            self.person.empty_lists = not self.person.empty_lists

    def odd_answer(self) -> None:
        """Let the next answers be odd."""
        rng, times = self.rng, self.rng.choice((1, 1, 3))
        kind = rng.choice(
            ("empty", "short", "cut", "twice", "thin", "down", "date", "score", "fall")
        )
        if kind == "down":
            self.simulator.fail(ACHIEVEMENTS, status=rng.choice((500, 503)), times=times)
        elif kind == "date":
            hours = rng.choice((-2, 2, 9000))
            self.simulator.fail(ACHIEVEMENTS, headers={"Date": date_in(self.simulator, hours)})
        elif kind == "score":
            self.shown_score = None
        elif kind == "fall":
            self._fall(rng.choice((25, 500)))
        else:
            self.simulator.spoil(ACHIEVEMENTS, lambda body: self._spoil(kind, body))

    def _fall(self, points: int) -> None:
        """Let the gamerscore fall. It may hide unlocks that nothing else tells, as they are not found yet."""
        self._fallen_at = self.simulator.world.clock()
        self.person.gamerscore = self.shown_score = max(0, self.person.gamerscore - points)
        hidden = self.must - {key for key, _ in self.told}
        self.must, self.may = self.must - hidden, self.may | hidden

    def _fell_lately(self) -> bool:
        return self.simulator.world.clock() - self._fallen_at <= FALL_SECONDS + 60

    def _spoil(self, kind: str, body: Any) -> None:
        self._spoiled = True
        listed = body["achievements"] if "achievements" in body else body["titles"]
        if kind == "empty":
            listed.clear()
        elif kind == "short":
            listed[:] = [it for it in listed if self.rng.random() < 0.5]
        elif kind == "twice":
            listed += listed
        elif kind == "thin":
            for it in listed:
                it.pop(self.rng.choice(_FIELDS), None)
        if kind not in ("twice", "thin"):
            body["pagingInfo"] = {"continuationToken": None, "totalRecords": len(listed)}

    async def end(self) -> None:
        """Show everything, play every title for a while, and look at all of them."""
        self.simulator.heal()
        self.person.empty_lists = False
        self.person.go_offline()
        await self.go_on(HIDDEN_FOR_A_WHILE)
        for title_id in TITLES:
            self.person.go_offline()
            self.person.play(title_id)
            await self.go_on(500)
        self.watcher.catch_up()
        await self.go_on(200)
