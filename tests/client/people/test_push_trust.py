"""Trust in push: when announcements count as proved, and when no longer."""

import math
import time

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.realtime.push_trust import PushTrust
from tests.client.conftest import FRIEND, HOUR, OWNER


def announce(proof: PushTrust, key: str) -> None:
    """Let push announce something now."""
    proof.on_announcement(key, time.monotonic())


def find(proof: PushTrust, key: str, *, promised: bool = True) -> bool:
    """Let a poll find a change now; tell whether it was announced."""
    return proof.on_change_found(key, time.monotonic(), promised=promised)


def test_no_trust_at_first() -> None:
    """Nothing is proved by nothing, nor by announcements alone."""
    proof = PushTrust(needed=2)
    assert not proof.trusted
    for _ in range(5):
        announce(proof, OWNER)
    assert not proof.trusted


def test_proved(freezer: FrozenDateTimeFactory) -> None:
    """Two changes in a row that were announced are a proof, until one was not."""
    proof = PushTrust(needed=2)
    for _ in range(2):
        assert not proof.trusted
        announce(proof, OWNER)
        freezer.tick(30)
        assert find(proof, OWNER)
    trusted = [proof.trusted]
    assert not find(proof, FRIEND)
    trusted.append(proof.trusted)
    assert trusted == [True, False]
    assert (proof.confirmed, proof.missed) == (2, 1)
    freezer.tick(60)
    announce(proof, FRIEND)
    assert find(proof, FRIEND)
    assert not proof.trusted


def test_announcement_of_long_ago(freezer: FrozenDateTimeFactory) -> None:
    """An old announcement is about something else."""
    proof = PushTrust(needed=2)
    announce(proof, OWNER)
    freezer.tick(31)
    assert not find(proof, OWNER)
    assert (proof.confirmed, proof.missed) == (0, 1)


def test_one_announcement_counts_once(freezer: FrozenDateTimeFactory) -> None:
    """What it brought may be found bit by bit; that is no miss and no further proof."""
    proof = PushTrust(needed=2)
    announce(proof, OWNER)
    assert all(find(proof, OWNER) for _ in range(3))
    assert not proof.trusted
    assert (proof.confirmed, proof.missed) == (1, 0)


def test_lost(freezer: FrozenDateTimeFactory) -> None:
    """When push is gone it starts over."""
    proof = PushTrust(needed=2)
    for xuid in (OWNER, FRIEND):
        announce(proof, xuid)
        find(proof, xuid)
    trusted = [proof.trusted]
    proof.reset()
    trusted.append(proof.trusted)
    assert trusted == [True, False]
    assert not find(proof, OWNER, promised=False)
    assert not proof.trusted


def test_not_promised(freezer: FrozenDateTimeFactory) -> None:
    """What push has not promised to announce is no miss."""
    proof = PushTrust(needed=2)
    for _ in range(2):
        announce(proof, OWNER)
        find(proof, OWNER, promised=False)
    assert not find(proof, FRIEND, promised=False)
    assert (proof.confirmed, proof.missed, proof.trusted) == (2, 0, True)


def test_announced_a_little_late(freezer: FrozenDateTimeFactory) -> None:
    """A poll may be faster than the announcement: that is a doubt, and no miss in the end."""
    proof = PushTrust(needed=2)
    announce(proof, OWNER)
    find(proof, OWNER)
    freezer.tick(60)
    assert not find(proof, OWNER)
    doubted = [proof.trusted, proof.missed]
    freezer.tick(3)
    announce(proof, OWNER)
    assert (doubted, proof.trusted, proof.missed, proof.confirmed) == ([False, 1], True, 0, 2)
    assert find(proof, OWNER)
    assert proof.confirmed == 2


def test_announced_much_too_late(freezer: FrozenDateTimeFactory) -> None:
    """What comes half a minute later is about something else."""
    proof = PushTrust(needed=2)
    assert not find(proof, OWNER)
    freezer.tick(31)
    announce(proof, OWNER)
    assert (proof.missed, proof.confirmed) == (1, 0)


def test_one_is_enough(freezer: FrozenDateTimeFactory) -> None:
    """Where one confirmation is enough, one miss ends the trust, and a late announcement brings it back."""
    proof = PushTrust(needed=1, lifetime=math.inf)
    announce(proof, "first")
    freezer.tick(HOUR)
    assert (proof.unconfirmed, proof.trusted) == ({"first"}, False)
    assert find(proof, "first")
    assert (proof.unconfirmed, proof.trusted) == (set(), True)
    assert not find(proof, "second")
    doubted = proof.trusted
    freezer.tick(30)
    proof.on_late_announcement("second", time.monotonic())
    assert (doubted, proof.trusted, proof.unconfirmed) == (False, True, set())
    proof.on_late_announcement("third", time.monotonic())
    assert (proof.unconfirmed, proof.confirmed) == (set(), 2)


def test_given_up(freezer: FrozenDateTimeFactory) -> None:
    """What is not looked for any more was never announced."""
    proof = PushTrust(needed=1, lifetime=math.inf)
    announce(proof, "first")
    proof.drop_announcements()
    assert proof.unconfirmed == set()
    assert not find(proof, "first", promised=False)
    assert not proof.trusted
