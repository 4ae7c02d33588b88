"""Files of an account that are damaged at random: all are read, what was sound stays, and all are sound afterwards."""

import json
import random
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.xbox_network.api import FlowTokens
from custom_components.xbox_network.storage.base import account_file, account_key
from custom_components.xbox_network.storage.caches import CacheKind, CacheStore
from custom_components.xbox_network.storage.playtime import Allowances, PlaytimeFiles
from custom_components.xbox_network.storage.tokens import TokenStore
from custom_components.xbox_network.xbox.achievements.watcher import UnlockWatcher
from custom_components.xbox_network.xbox.caches.products import ProductCache
from custom_components.xbox_network.xbox.client import XboxClient
from custom_components.xbox_network.xbox.consoles.installed_apps import InstalledApps
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from custom_components.xbox_network.xbox.playtime.tracker import PlaytimeTracker
from custom_components.xbox_network.xbox.realtime.topics import PushCoverage
from tests.helpers.client.mutations import at, places
from tests.helpers.damage import KINDS
from tests.helpers.files import content, mode
from tests.helpers.random_traces import random_traces

STORED = Path(__file__).parents[1] / "storage" / "stored_files"
OWNER = "2535400000000001"
SUFFIXES = (
    "",
    "apps",
    "limits",
    "names",
    "playtime",
    "playtime_now",
    "products",
    "titles",
    "unlocks",
)
VALUABLE = ("limits", "playtime", "playtime_now")

# Five minutes after the stored files were written: later on, play that nobody saw may have been on other days.
pytestmark = pytest.mark.freeze_time("2026-11-30T21:10:00Z")

_ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    7.5,
    1e308,
    2**63,
    "",
    "odd",
    "2026-02-30",
    "9" * 400,
    [],
    [[]],
    {},
    {"a": {}},
)


class Process:
    """What one start of Home Assistant reads from the files, and writes to them."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with nothing read."""
        self.chain = FlowTokens(hass, "")
        client = XboxClient(self.chain)
        observer = PeopleObserver(client, [OWNER])
        self.tracker = PlaytimeTracker(client, observer, zone=UTC)
        coverage = PushCoverage(client.realtime)
        self.tokens = TokenStore(hass, OWNER)
        self.limits = Allowances(hass, OWNER)
        self.playtime = PlaytimeFiles(hass, OWNER, self.tracker)
        products = ProductCache(client.catalog)
        unlocks = UnlockWatcher(client, observer, lambda *_: None, coverage)
        self.caches = [
            CacheStore(hass, OWNER, CacheKind.TITLES, observer.titles, language=lambda: "en-US"),
            CacheStore(hass, OWNER, CacheKind.NAMES, observer.titles.names),
            CacheStore(hass, OWNER, CacheKind.PRODUCTS, products, language=lambda: "en-US"),
            CacheStore(hass, OWNER, CacheKind.APPS, InstalledApps(), language=lambda: "en"),
            CacheStore(hass, OWNER, CacheKind.UNLOCKS, unlocks),
        ]

    async def load(self) -> None:
        """Read everything."""
        await self.tokens.load(self.chain)
        await self.limits.load()
        await self.playtime.load()
        for cache in self.caches:
            await cache.load()

    async def save(self) -> None:
        """Write everything."""
        await self.tokens.save(self.chain)
        await self.limits.set({})
        await self.playtime.save_history()
        await self.playtime.save()
        for cache in self.caches:
            await cache.save()


def damage(rng: random.Random, path: Path) -> None:
    """Damage a file: as a whole, a byte of it, or values in it at any depth."""
    way = rng.randrange(3)
    if way == 0:
        kinds = [kind for kind in KINDS if kind.name not in ("huge", "pipe")]
        rng.choice(kinds).apply(path)
        return
    raw = bytearray(path.read_bytes())
    if way == 1:
        for _ in range(rng.randrange(1, 4)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        path.write_bytes(raw)
        return
    whole = json.loads(raw)
    for _ in range(rng.randrange(1, 4)):
        *parent, key = rng.choice(list(places(whole)))
        place = at(whole, tuple(parent))
        if rng.randrange(3):
            place[key] = rng.choice(_ODD)
        else:
            del place[key]
        if not whole:
            break
    path.write_text(json.dumps(whole))


def paths_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the suffixes and paths of the files."""
    account = f"xbox_network.{account_key(OWNER)}"
    for suffix in SUFFIXES:
        yield suffix, folder / (f"{account}.{suffix}" if suffix else account)


def fresh(folder: Path) -> None:
    """Leave only the sound files of an earlier version."""
    for path in folder.glob("xbox_network*"):
        path.rename(folder.parent / f"{path.name}.{len(list(folder.parent.iterdir()))}")
    for suffix, path in paths_of(folder):
        path.write_bytes((STORED / f"{suffix or 'tokens'}.json").read_bytes())


def stored(folder: Path) -> dict[str, Any]:
    """Return the content of all files."""
    found = {suffix: content(path) for suffix, path in paths_of(folder)}
    for person in found["playtime_now"]["people"].values():
        person.pop("revision")  # it grows with each reading
    return found


@pytest.mark.freeze_time("2026-11-30T21:10:00Z")
@pytest.mark.random_traces
@pytest.mark.parametrize("part", range(2))
async def test_traces(hass: HomeAssistant, folder: Path, part: int) -> None:
    """Whatever is damaged, the account can start; sound files are not touched, and one write heals the others."""
    for rng in random_traces("damaged files", part, 2):
        fresh(folder)
        damaged = rng.sample(list(paths_of(folder)), rng.randrange(1, 4))
        for _, path in damaged:
            damage(rng, path)
        before = {suffix: path.read_bytes() for suffix, path in damaged if path.is_file()}
        process = Process(hass)
        await process.load()
        if "limits" not in dict(damaged):
            assert process.limits[OWNER].rules[0].minutes == 90
        if not {"playtime", "playtime_now"} & dict(damaged).keys():
            [day] = process.tracker.summary(OWNER).days.values()
            assert day.titles == {"1900000001": 1800, "1900000002": 900}
        for suffix, _ in paths_of(folder):
            file = account_file(hass, OWNER, suffix or None)
            assert suffix in dict(damaged) or not (file.damaged or file.newer)
        odd = [it for it in VALUABLE if account_file(hass, OWNER, it).damaged]
        newer = any(account_file(hass, OWNER, it).newer for it in VALUABLE)
        await process.save()
        for suffix in odd:
            [kept] = folder.glob(f"*.{suffix}.corrupt.*")
            if suffix in before:
                assert kept.read_bytes() == before[suffix]
        modes = {it.name: oct(mode(it)) for it in folder.glob("xbox_network*")}
        assert set(modes.values()) <= {"0o600", "0o700", "0o777"}, modes
        if newer:
            continue
        written = stored(folder)
        again = Process(hass)
        await again.load()
        assert (again.limits.lost, again.playtime.lost) == (set(), set())
        assert not [it for it in SUFFIXES if account_file(hass, OWNER, it or None).damaged]
        await again.save()
        assert stored(folder) == written
