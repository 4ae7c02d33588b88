"""Player of a console: who plays on which, and what presence says about its power."""

from dataclasses import replace

import pytest

from custom_components.xbox_network.xbox.caches.products import KnownProduct
from custom_components.xbox_network.xbox.consoles.activity import AppKind
from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.focused_app import FocusedApp
from custom_components.xbox_network.xbox.consoles.player import (
    PlayerEvidence,
    PlayerReason,
    find_player,
    power_of,
)
from custom_components.xbox_network.xbox.models.consoles import Power
from custom_components.xbox_network.xbox.presence import ActiveTitle, Presence

NOVA, QUIET = "2535400000000001", "2535400000000011"
PEOPLE = (NOVA, QUIET)
DRIFT = FocusedApp(
    aumid="Example.StarfallDrift_0a1b2c3d4e5f6!Game",
    name="Starfall Drift",
    kind=AppKind.GAME,
    title_id="1900000001",
    product=KnownProduct(product_id="9SIM71414001", title="Starfall Drift®"),
)
KINGS = FocusedApp(
    aumid="Example.HarborKings_1b2c3d4e5f6g7!Game",
    name="Harbor Kings",
    kind=AppKind.GAME,
    title_id="1900000002",
)
HOME = FocusedApp(aumid="Xbox.Dashboard_8wekyb3d8bbwe!Home", name="Home", kind=AppKind.HOME)
DEN = ConsoleSnapshot(console_id="F1", console_type="XboxSeriesX", power=Power.ON, app=DRIFT)
ATTIC = replace(DEN, console_id="F2", console_type="XboxSeriesS", app=KINGS)
BEDROOM = replace(DEN, console_id="F3", console_type="XboxOneS", app=KINGS)


def at(
    title_id: str = "1900000001",
    name: str | None = "Starfall Drift",
    device: str = "Scarlett",
    *,
    primary: bool = True,
) -> Presence:
    """Return where somebody is who plays something."""
    title = ActiveTitle(title_id, name, device, is_primary=primary)
    return Presence(True, (title,), (device,))


def off(console: ConsoleSnapshot) -> ConsoleSnapshot:
    """Return the same while it sleeps."""
    return replace(console, power=Power.STANDBY, app=None)


@pytest.mark.parametrize(
    ("presence", "plays"),
    [
        (at(), True),
        (at(name=None), True),
        (at(title_id="7"), True),  # another edition of the same name
        (at(title_id="7", name="STARFALL  drift™"), True),
        (at(title_id="7", name="Harbor Kings"), False),
        (at(title_id="7", name=None), False),
        (at(title_id="7", name=""), False),
        (at(device="XboxOne"), False),
        (at(device="WindowsOneCore"), False),
        (at(primary=False), False),
        (replace(at(), online=None), False),
        (Presence(True, (), ("Scarlett",)), False),
        (Presence(False), False),
        (Presence(None), False),
    ],
    ids=str,
)
def test_who_plays(presence: Presence, plays: bool) -> None:
    """The same title on the same kind of device."""
    assert find_player(DEN, [DEN], {NOVA: presence}, PEOPLE).xuid == (NOVA if plays else None)


@pytest.mark.parametrize(
    "console",
    [
        replace(DEN, app=None),
        replace(DEN, app=HOME),
        replace(DEN, app=replace(HOME, kind=AppKind.IDLE_SCREEN)),
        replace(DEN, current=False),
        replace(DEN, power=Power.STANDBY),
        replace(DEN, power=Power.UNKNOWN),
        replace(DEN, console_type="SomethingNew"),
        replace(DEN, console_type=None),
    ],
    ids=str,
)
def test_nobody_can_be_told(console: ConsoleSnapshot) -> None:
    """Nothing runs there, or nobody knows what."""
    assert find_player(console, [console], {NOVA: at()}, PEOPLE).xuid is None


@pytest.mark.parametrize(
    ("other", "clear"),
    [
        (BEDROOM, True),  # of another kind
        (replace(BEDROOM, app=DRIFT), True),
        (ATTIC, True),  # of the same kind, with another title
        (replace(ATTIC, app=HOME), True),
        (off(ATTIC), True),
        (replace(ATTIC, app=DRIFT), False),
        (replace(ATTIC, app=replace(DRIFT, aumid="Example.Other_1!Game")), False),
        (replace(ATTIC, app=FocusedApp(aumid="Other_1!Game", name="Starfall Drift")), False),
        (replace(ATTIC, app=None), False),  # nobody knows what runs there
        (replace(ATTIC, current=False), False),
        (replace(ATTIC, power=Power.UNKNOWN), False),
        (replace(ATTIC, current=False, gone=True), True),
        (replace(ATTIC, console_type="SomethingNew", app=DRIFT), False),
        (replace(off(ATTIC), console_type="SomethingNew"), True),
    ],
    ids=str,
)
def test_two_consoles(other: ConsoleSnapshot, clear: bool) -> None:
    """Where the person might be at the other one, nobody is named at either."""
    assert find_player(DEN, [DEN, other], {NOVA: at()}, PEOPLE).xuid == (NOVA if clear else None)
    assert find_player(DEN, [other, DEN], {NOVA: at()}, PEOPLE).xuid == (NOVA if clear else None)


def test_two_people() -> None:
    """Two in the same title are nobody; one elsewhere does not matter."""
    assert find_player(DEN, [DEN], {NOVA: at(), QUIET: at()}, PEOPLE).xuid is None
    elsewhere = at(title_id="1900000002", name="Harbor Kings")
    assert find_player(DEN, [DEN], {QUIET: elsewhere, NOVA: at()}, PEOPLE).xuid == NOVA
    assert find_player(ATTIC, [DEN, ATTIC], {QUIET: elsewhere, NOVA: at()}, PEOPLE).xuid == QUIET
    assert find_player(DEN, [DEN], {QUIET: at(device="PC"), NOVA: at()}, PEOPLE).xuid == NOVA
    assert find_player(DEN, [DEN], {}, PEOPLE).xuid is None


def test_somebody_elsewhere() -> None:
    """Who plays the same at home is not named at a console that somebody else uses."""
    assert find_player(DEN, [DEN], {QUIET: at()}, (NOVA,)).xuid is None


RESTS = replace(DEN, app=HOME)
AWAY = Presence(False)
LONG = 600


@pytest.mark.parametrize(
    ("story", "seen"),
    [
        ([(0, RESTS, AWAY), (LONG, DEN, AWAY), (50, DEN, at())], True),
        ([(0, RESTS, AWAY), (LONG, RESTS, at()), (50, DEN, at())], True),
        ([(0, DEN, at())], False),  # began nobody knows when
        ([(0, DEN, AWAY), (5, DEN, at())], False),
        ([(0, RESTS, at()), (5, DEN, at())], False),
        ([(0, RESTS, AWAY), (LONG, DEN, AWAY), (70, DEN, at())], False),
        ([(0, RESTS, AWAY), (LONG, RESTS, at()), (70, DEN, at())], False),
        ([(0, RESTS, AWAY), (LONG, DEN, at(device="XboxOne"))], False),
        ([(0, RESTS, AWAY), (LONG, DEN, at()), (LONG, DEN, at())], True),
        ([(0, RESTS, AWAY), (LONG, DEN, at()), (LONG, DEN, Presence(None))], True),
        ([(0, RESTS, AWAY), (LONG, DEN, at()), (LONG, replace(DEN, current=False), at())], True),
        ([(0, RESTS, AWAY), (LONG, DEN, at()), (LONG, RESTS, at()), (LONG, DEN, at())], True),
        ([(0, RESTS, AWAY), (LONG, DEN, at()), (5, replace(DEN, power=Power.UNKNOWN), at())], True),
        ([(0, RESTS, AWAY), (LONG, DEN, at()), (LONG, DEN, AWAY)], False),
        ([(0, RESTS, AWAY), (LONG, DEN, at()), (LONG, off(DEN), at())], False),
        (
            [
                (0, RESTS, AWAY),
                (LONG, DEN, at()),
                (LONG, DEN, at(title_id="7", name="Harbor Kings")),
                (LONG, DEN, at()),
            ],
            False,
        ),
    ],
)
def test_witness(story: list[tuple[float, ConsoleSnapshot, Presence]], seen: bool) -> None:
    """Somebody is at a console who began the same there, about then, and has not gone since."""
    witness, now = PlayerEvidence(), 0.0
    for seconds, console, presence in story:
        now += seconds
        witness.update([console], {QUIET: presence}, now)
    assert witness.people_at("F1") == ({QUIET} if seen else set())
    assert not witness.people_at("F2")


def test_witness_of_somebody_new() -> None:
    """Who was not tracked for a while began nobody knows when."""
    witness = PlayerEvidence()
    witness.update([RESTS], {QUIET: AWAY}, 0)
    witness.update([DEN], {NOVA: AWAY}, LONG)
    witness.update([DEN], {NOVA: AWAY, QUIET: at()}, LONG + 5)
    assert not witness.people_at("F1")


def test_several_devices() -> None:
    """Somebody may be on a phone, too."""
    both = Presence(
        True,
        (
            ActiveTitle("5", "Xbox", "Android", is_primary=True),
            ActiveTitle("1900000001", "Starfall Drift", "Scarlett", is_primary=True),
        ),
        ("Android", "Scarlett"),
    )
    assert find_player(DEN, [DEN], {NOVA: both}, PEOPLE).xuid == NOVA


SLEEPS = off(DEN)


@pytest.mark.parametrize(
    ("console", "owner", "power"),
    [
        (SLEEPS, at(), Power.STANDBY),  # the service has just said so
        (replace(SLEEPS, fresh=False), at(), Power.ON),
        (replace(SLEEPS, power=Power.UNKNOWN), at(), Power.ON),
        (replace(SLEEPS, fresh=False), Presence(True, (), ("Scarlett",)), Power.ON),
        (replace(SLEEPS, fresh=False), at(device="XboxOne"), Power.STANDBY),
        (replace(SLEEPS, fresh=False), at(device="PC"), Power.STANDBY),
        (replace(SLEEPS, fresh=False), Presence(False), Power.STANDBY),
        (replace(SLEEPS, fresh=False), Presence(None), Power.STANDBY),
        (replace(SLEEPS, fresh=False), None, Power.STANDBY),
        (replace(SLEEPS, fresh=False, gone=True), at(), Power.STANDBY),
        (replace(SLEEPS, fresh=False, console_type="SomethingNew"), at(), Power.STANDBY),
        (DEN, Presence(False), Power.ON),
        (replace(DEN, fresh=False), Presence(False), Power.ON),
    ],
    ids=str,
)
def test_power(console: ConsoleSnapshot, owner: Presence | None, power: Power) -> None:
    """Where the console's own word is missing, its owner's presence is one."""
    assert power_of(console, [console, BEDROOM], owner) is power


@pytest.mark.parametrize("other", [ATTIC, off(ATTIC), replace(ATTIC, console_type="SomethingNew")])
def test_power_of_one_of_two(other: ConsoleSnapshot) -> None:
    """The owner may be at the other one."""
    console = replace(SLEEPS, fresh=False)
    assert power_of(console, [console, other], at()) is Power.STANDBY
    assert power_of(console, [console, replace(other, gone=True)], at()) is Power.ON


@pytest.mark.parametrize(
    ("console", "others", "people", "at_home", "reason"),
    [
        (DEN, [], {NOVA: at()}, PEOPLE, PlayerReason.FOUND),
        (replace(DEN, current=False), [], {NOVA: at()}, PEOPLE, PlayerReason.CONSOLE_UNKNOWN),
        (replace(DEN, power=Power.UNKNOWN), [], {}, PEOPLE, PlayerReason.CONSOLE_UNKNOWN),
        (replace(DEN, console_type="Later"), [], {}, PEOPLE, PlayerReason.CONSOLE_UNKNOWN),
        (off(DEN), [], {NOVA: at()}, PEOPLE, PlayerReason.NOTHING_RUNS),
        (replace(DEN, app=HOME), [], {NOVA: at()}, PEOPLE, PlayerReason.NOTHING_RUNS),
        (DEN, [replace(ATTIC, app=DRIFT)], {NOVA: at()}, PEOPLE, PlayerReason.ANOTHER_CONSOLE),
        (DEN, [], {NOVA: at(title_id="7", name="Other")}, PEOPLE, PlayerReason.NOBODY_IN_TITLE),
        (DEN, [], {NOVA: at(), QUIET: at()}, PEOPLE, PlayerReason.SEVERAL_PEOPLE),
        (DEN, [], {QUIET: at()}, (NOVA,), PlayerReason.NO_EVIDENCE),
    ],
)
def test_reason(
    console: ConsoleSnapshot,
    others: list[ConsoleSnapshot],
    people: dict[str, Presence],
    at_home: tuple[str, ...],
    reason: PlayerReason,
) -> None:
    """Each way in which the player is known or not has a reason of its own."""
    player = find_player(console, [console, *others], people, at_home)
    assert player.reason is reason
    assert (player.xuid is not None) is (reason is PlayerReason.FOUND)
