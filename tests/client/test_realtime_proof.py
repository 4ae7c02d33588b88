"""Push has to prove itself."""

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.people.push_trust import PushTrust

from .conftest import FRIEND, OWNER


def test_no_trust_at_first() -> None:
    """Nothing is proved by nothing, nor by announcements alone."""
    proof = PushTrust()
    assert not proof.proved
    for _ in range(5):
        proof.announce(OWNER)
    assert not proof.proved


def test_proved(freezer: FrozenDateTimeFactory) -> None:
    """Two changes in a row that were announced are a proof, until one was not."""
    proof = PushTrust()
    for _ in range(2):
        assert not proof.proved
        proof.announce(OWNER)
        freezer.tick(30)
        assert proof.found(OWNER, promised=True)
    trusted = [proof.proved]
    assert not proof.found(FRIEND, promised=True)
    trusted.append(proof.proved)
    assert trusted == [True, False]
    assert (proof.confirmed, proof.missed) == (2, 1)
    freezer.tick(60)
    proof.announce(FRIEND)
    assert proof.found(FRIEND, promised=True)
    assert not proof.proved


def test_announcement_of_long_ago(freezer: FrozenDateTimeFactory) -> None:
    """An old announcement is about something else."""
    proof = PushTrust()
    proof.announce(OWNER)
    freezer.tick(31)
    assert not proof.found(OWNER, promised=True)
    assert (proof.confirmed, proof.missed) == (0, 1)


def test_one_announcement_counts_once(freezer: FrozenDateTimeFactory) -> None:
    """What it brought may be found bit by bit; that is no miss and no further proof."""
    proof = PushTrust()
    proof.announce(OWNER)
    assert all(proof.found(OWNER, promised=True) for _ in range(3))
    assert not proof.proved
    assert (proof.confirmed, proof.missed) == (1, 0)


def test_lost(freezer: FrozenDateTimeFactory) -> None:
    """When push is gone it starts over."""
    proof = PushTrust()
    for xuid in (OWNER, FRIEND):
        proof.announce(xuid)
        proof.found(xuid, promised=True)
    trusted = [proof.proved]
    proof.lost()
    trusted.append(proof.proved)
    assert trusted == [True, False]
    assert not proof.found(OWNER, promised=False)
    assert not proof.proved


def test_not_promised(freezer: FrozenDateTimeFactory) -> None:
    """What push has not promised to announce is no miss."""
    proof = PushTrust()
    for _ in range(2):
        proof.announce(OWNER)
        proof.found(OWNER, promised=False)
    assert not proof.found(FRIEND, promised=False)
    assert (proof.confirmed, proof.missed, proof.proved) == (2, 0, True)


def test_announced_a_little_late(freezer: FrozenDateTimeFactory) -> None:
    """A poll may be faster than the announcement: that is a doubt, and no miss in the end."""
    proof = PushTrust()
    proof.announce(OWNER)
    proof.found(OWNER, promised=True)
    freezer.tick(60)
    assert not proof.found(OWNER, promised=True)
    doubted = [proof.proved, proof.missed]
    freezer.tick(3)
    proof.announce(OWNER)
    assert (doubted, proof.proved, proof.missed, proof.confirmed) == ([False, 1], True, 0, 2)
    assert proof.found(OWNER, promised=True)
    assert proof.confirmed == 2


def test_announced_much_too_late(freezer: FrozenDateTimeFactory) -> None:
    """What comes half a minute later is about something else."""
    proof = PushTrust()
    assert not proof.found(OWNER, promised=True)
    freezer.tick(31)
    proof.announce(OWNER)
    assert (proof.missed, proof.confirmed) == (1, 0)
