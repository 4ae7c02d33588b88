"""Push has to prove itself."""

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.people.push_trust import PushTrust

from .conftest import FRIEND, OWNER


def test_no_trust_at_first() -> None:
    """Nothing is proved by nothing, nor by announcements alone."""
    proof = PushTrust()
    assert not proof.trusted
    for _ in range(5):
        proof.on_announcement(OWNER)
    assert not proof.trusted


def test_proved(freezer: FrozenDateTimeFactory) -> None:
    """Two changes in a row that were announced are a proof, until one was not."""
    proof = PushTrust()
    for _ in range(2):
        assert not proof.trusted
        proof.on_announcement(OWNER)
        freezer.tick(30)
        assert proof.on_change_found(OWNER, promised=True)
    trusted = [proof.trusted]
    assert not proof.on_change_found(FRIEND, promised=True)
    trusted.append(proof.trusted)
    assert trusted == [True, False]
    assert (proof.confirmed, proof.missed) == (2, 1)
    freezer.tick(60)
    proof.on_announcement(FRIEND)
    assert proof.on_change_found(FRIEND, promised=True)
    assert not proof.trusted


def test_announcement_of_long_ago(freezer: FrozenDateTimeFactory) -> None:
    """An old announcement is about something else."""
    proof = PushTrust()
    proof.on_announcement(OWNER)
    freezer.tick(31)
    assert not proof.on_change_found(OWNER, promised=True)
    assert (proof.confirmed, proof.missed) == (0, 1)


def test_one_announcement_counts_once(freezer: FrozenDateTimeFactory) -> None:
    """What it brought may be found bit by bit; that is no miss and no further proof."""
    proof = PushTrust()
    proof.on_announcement(OWNER)
    assert all(proof.on_change_found(OWNER, promised=True) for _ in range(3))
    assert not proof.trusted
    assert (proof.confirmed, proof.missed) == (1, 0)


def test_lost(freezer: FrozenDateTimeFactory) -> None:
    """When push is gone it starts over."""
    proof = PushTrust()
    for xuid in (OWNER, FRIEND):
        proof.on_announcement(xuid)
        proof.on_change_found(xuid, promised=True)
    trusted = [proof.trusted]
    proof.reset()
    trusted.append(proof.trusted)
    assert trusted == [True, False]
    assert not proof.on_change_found(OWNER, promised=False)
    assert not proof.trusted


def test_not_promised(freezer: FrozenDateTimeFactory) -> None:
    """What push has not promised to announce is no miss."""
    proof = PushTrust()
    for _ in range(2):
        proof.on_announcement(OWNER)
        proof.on_change_found(OWNER, promised=False)
    assert not proof.on_change_found(FRIEND, promised=False)
    assert (proof.confirmed, proof.missed, proof.trusted) == (2, 0, True)


def test_announced_a_little_late(freezer: FrozenDateTimeFactory) -> None:
    """A poll may be faster than the announcement: that is a doubt, and no miss in the end."""
    proof = PushTrust()
    proof.on_announcement(OWNER)
    proof.on_change_found(OWNER, promised=True)
    freezer.tick(60)
    assert not proof.on_change_found(OWNER, promised=True)
    doubted = [proof.trusted, proof.missed]
    freezer.tick(3)
    proof.on_announcement(OWNER)
    assert (doubted, proof.trusted, proof.missed, proof.confirmed) == ([False, 1], True, 0, 2)
    assert proof.on_change_found(OWNER, promised=True)
    assert proof.confirmed == 2


def test_announced_much_too_late(freezer: FrozenDateTimeFactory) -> None:
    """What comes half a minute later is about something else."""
    proof = PushTrust()
    assert not proof.on_change_found(OWNER, promised=True)
    freezer.tick(31)
    proof.on_announcement(OWNER)
    assert (proof.missed, proof.confirmed) == (1, 0)
