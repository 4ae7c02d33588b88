"""The player of a console, and its power by the presence of its owner."""

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
    others: tuple[str, ...] = (),
) -> Presence:
    """Return the presence of a person in a title."""
    title = ActiveTitle(title_id, name, device, is_primary=primary, other_names=others)
    return Presence(True, (title,), (device,))


def off(console: ConsoleSnapshot) -> ConsoleSnapshot:
    """Return the same console asleep."""
    return replace(console, power=Power.STANDBY, app=None)


@pytest.mark.parametrize(
    ("presence", "is_player"),
    [
        (at(), True),
        (at(name=None), True),
        (at(title_id="7"), True),  # another edition of the same name
        (at(title_id="7", name="STARFALL  drift™"), True),
        (at(title_id="7", name="STAR-FALL: Drift!"), True),
        (at(title_id="7", name="Harbor Kings", others=("Kings", "Starfall drift")), True),
        (at(title_id="7", name="Harbor Kings", others=("Kings", "\u200b")), False),
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
def test_player(presence: Presence, is_player: bool) -> None:
    """The player is the person in the same title on the same kind of device."""
    assert find_player(DEN, [DEN], {NOVA: presence}, PEOPLE).xuid == (NOVA if is_player else None)


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
def test_no_player(console: ConsoleSnapshot) -> None:
    """A console without a known game or app has no player."""
    assert find_player(console, [console], {NOVA: at()}, PEOPLE).xuid is None


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (BEDROOM, True),  # of another kind
        (replace(BEDROOM, app=DRIFT), True),
        (ATTIC, True),  # of the same kind, with another title
        (replace(ATTIC, app=HOME), True),
        (off(ATTIC), True),
        (replace(ATTIC, app=DRIFT), False),
        (replace(ATTIC, app=replace(DRIFT, aumid="Example.Other_1!Game")), False),
        (replace(ATTIC, app=FocusedApp(aumid="Other_1!Game", name="Starfall Drift")), False),
        (replace(ATTIC, app=None), False),  # the title there is unknown
        (replace(ATTIC, current=False), False),
        (replace(ATTIC, power=Power.UNKNOWN), False),
        (replace(ATTIC, current=False, gone=True), True),
        (replace(ATTIC, console_type="SomethingNew", app=DRIFT), False),
        (replace(off(ATTIC), console_type="SomethingNew"), True),
    ],
    ids=str,
)
def test_two_consoles(other: ConsoleSnapshot, named: bool) -> None:
    """A person who may be at another console is the player of neither."""
    assert find_player(DEN, [DEN, other], {NOVA: at()}, PEOPLE).xuid == (NOVA if named else None)
    assert find_player(DEN, [other, DEN], {NOVA: at()}, PEOPLE).xuid == (NOVA if named else None)


def test_two_people() -> None:
    """With two people in the same title there is no player; a person in another title does not matter."""
    assert find_player(DEN, [DEN], {NOVA: at(), QUIET: at()}, PEOPLE).xuid is None
    elsewhere = at(title_id="1900000002", name="Harbor Kings")
    assert find_player(DEN, [DEN], {QUIET: elsewhere, NOVA: at()}, PEOPLE).xuid == NOVA
    assert find_player(ATTIC, [DEN, ATTIC], {QUIET: elsewhere, NOVA: at()}, PEOPLE).xuid == QUIET
    assert find_player(DEN, [DEN], {QUIET: at(device="PC"), NOVA: at()}, PEOPLE).xuid == NOVA
    assert find_player(DEN, [DEN], {}, PEOPLE).xuid is None


def test_player_away_from_home() -> None:
    """A person who is not at home is not the player of a console at home."""
    assert find_player(DEN, [DEN], {QUIET: at()}, (NOVA,)).xuid is None


RESTS = replace(DEN, app=HOME)
AWAY = Presence(False)
LONG = 600


@pytest.mark.parametrize(
    ("steps", "seen"),
    [
        ([(0, RESTS, AWAY), (LONG, DEN, AWAY), (50, DEN, at())], True),
        ([(0, RESTS, AWAY), (LONG, RESTS, at()), (50, DEN, at())], True),
        ([(0, DEN, at())], False),  # the start is unknown
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
def test_evidence(steps: list[tuple[float, ConsoleSnapshot, Presence]], seen: bool) -> None:
    """A person is at a console if both started the same title at about the same time, until either stops."""
    evidence, now = PlayerEvidence(), 0.0
    for seconds, console, presence in steps:
        now += seconds
        evidence.update([console], {QUIET: presence}, now)
    assert evidence.people_at("F1") == ({QUIET} if seen else set())
    assert not evidence.people_at("F2")


def test_evidence_of_a_new_person() -> None:
    """A person whose start was not observed is at no console."""
    evidence = PlayerEvidence()
    evidence.update([RESTS], {QUIET: AWAY}, 0)
    evidence.update([DEN], {NOVA: AWAY}, LONG)
    evidence.update([DEN], {NOVA: AWAY, QUIET: at()}, LONG + 5)
    assert not evidence.people_at("F1")


def test_several_devices() -> None:
    """A person may be on a phone at the same time."""
    presence = Presence(
        True,
        (
            ActiveTitle("5", "Xbox", "Android", is_primary=True),
            ActiveTitle("1900000001", "Starfall Drift", "Scarlett", is_primary=True),
        ),
        ("Android", "Scarlett"),
    )
    assert find_player(DEN, [DEN], {NOVA: presence}, PEOPLE).xuid == NOVA


SLEEPS = off(DEN)


@pytest.mark.parametrize(
    ("console", "owner", "power"),
    [
        (SLEEPS, at(), Power.STANDBY),  # from the last answer of the service
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
    """Without a fresh answer of the service, the owner's presence shows whether the console is on."""
    assert power_of(console, [console, BEDROOM], owner) is power


@pytest.mark.parametrize("other", [ATTIC, off(ATTIC), replace(ATTIC, console_type="SomethingNew")])
def test_power_of_two_consoles(other: ConsoleSnapshot) -> None:
    """The owner's presence proves nothing if they may be at another console."""
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
    """Each result of the search for the player has its own reason."""
    player = find_player(console, [console, *others], people, at_home)
    assert player.reason is reason
    assert (player.xuid is not None) is (reason is PlayerReason.FOUND)
