"""The trust in push: its start by confirmed announcements, and its end."""

import math
import time

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.realtime.push_trust import PushTrust
from tests.client.conftest import FRIEND, HOUR, OWNER


def announce(proof: PushTrust, key: str) -> None:
    """Announce a change now."""
    proof.on_announcement(key, time.monotonic())


def find(proof: PushTrust, key: str, *, promised: bool = True) -> bool:
    """Find a change in a poll now; return whether it was announced."""
    return proof.on_change_found(key, time.monotonic(), promised=promised)


def test_no_trust_at_first() -> None:
    """At first there is no trust, and announcements alone do not start it."""
    proof = PushTrust(needed=2)
    assert not proof.trusted
    for _ in range(5):
        announce(proof, OWNER)
    assert not proof.trusted


def test_confirmed(freezer: FrozenDateTimeFactory) -> None:
    """Two announced changes in a row start the trust, one that was not announced ends it."""
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


def test_old_announcement(freezer: FrozenDateTimeFactory) -> None:
    """An announcement of more than 30 seconds ago confirms no change."""
    proof = PushTrust(needed=2)
    announce(proof, OWNER)
    freezer.tick(31)
    assert not find(proof, OWNER)
    assert (proof.confirmed, proof.missed) == (0, 1)


def test_one_announcement_counts_once(freezer: FrozenDateTimeFactory) -> None:
    """Further changes after one announcement are neither a miss nor a confirmation."""
    proof = PushTrust(needed=2)
    announce(proof, OWNER)
    assert all(find(proof, OWNER) for _ in range(3))
    assert not proof.trusted
    assert (proof.confirmed, proof.missed) == (1, 0)


def test_reset(freezer: FrozenDateTimeFactory) -> None:
    """A reset ends the trust."""
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
    """A change that push has not promised to announce is no miss."""
    proof = PushTrust(needed=2)
    for _ in range(2):
        announce(proof, OWNER)
        find(proof, OWNER, promised=False)
    assert not find(proof, FRIEND, promised=False)
    assert (proof.confirmed, proof.missed, proof.trusted) == (2, 0, True)


def test_late_announcement(freezer: FrozenDateTimeFactory) -> None:
    """An announcement shortly after the poll takes the miss back."""
    proof = PushTrust(needed=2)
    announce(proof, OWNER)
    find(proof, OWNER)
    freezer.tick(60)
    assert not find(proof, OWNER)
    after_the_poll = [proof.trusted, proof.missed]
    freezer.tick(3)
    announce(proof, OWNER)
    assert (after_the_poll, proof.trusted, proof.missed, proof.confirmed) == (
        [False, 1],
        True,
        0,
        2,
    )
    assert find(proof, OWNER)
    assert proof.confirmed == 2


def test_too_late_announcement(freezer: FrozenDateTimeFactory) -> None:
    """An announcement half a minute after the poll takes no miss back."""
    proof = PushTrust(needed=2)
    assert not find(proof, OWNER)
    freezer.tick(31)
    announce(proof, OWNER)
    assert (proof.missed, proof.confirmed) == (1, 0)


def test_one_confirmation_is_enough(freezer: FrozenDateTimeFactory) -> None:
    """With one needed confirmation a miss ends the trust, and a late announcement restores it."""
    proof = PushTrust(needed=1, lifetime=math.inf)
    announce(proof, "first")
    freezer.tick(HOUR)
    assert (proof.unconfirmed, proof.trusted) == ({"first"}, False)
    assert find(proof, "first")
    assert (proof.unconfirmed, proof.trusted) == (set(), True)
    assert not find(proof, "second")
    after_the_miss = proof.trusted
    freezer.tick(30)
    proof.on_late_announcement("second", time.monotonic())
    assert (after_the_miss, proof.trusted, proof.unconfirmed) == (False, True, set())
    proof.on_late_announcement("third", time.monotonic())
    assert (proof.unconfirmed, proof.confirmed) == (set(), 2)


def test_dropped_announcements(freezer: FrozenDateTimeFactory) -> None:
    """Dropped announcements confirm no change."""
    proof = PushTrust(needed=1, lifetime=math.inf)
    announce(proof, "first")
    proof.drop_announcements()
    assert proof.unconfirmed == set()
    assert not find(proof, "first", promised=False)
    assert not proof.trusted
