"""The people observer with a failing sign-in: its errors, and the rare attempts."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxAuthError,
    XboxCredentialsError,
    XboxRegistrationError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    DAY,
    HOUR,
    LIVE,
    OWNER,
    PRESENCE,
    STARFALL_DRIFT,
    TITLES,
    USER_AUTH,
    XSTS,
    see,
    watch,
)
from tests.simulator import Person, Simulator


@pytest.mark.parametrize(
    ("code", "tries", "pause"),
    [
        (2148916233, 3, 3600),
        (2148916227, 3, 3600),
        (2148916237, 3, 3600),
        (2148916241, 3, 3600),
        (2148916258, 20, 300),
        (1, 20, 300),
        (2148916246, 20, 300),
        (2148916273, 20, 300),
    ],
)
async def test_refused_account_is_retried_slowly(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    code: int,
    tries: int,
    pause: float,
) -> None:
    """A refusal with a lasting reason is tried after 1, 5, 15 and 60 minutes, any other one more often."""
    await observer.refresh()
    simulator.xerr("adult", code)
    simulator.expire_xsts()
    freezer.tick(10)
    await observer.refresh()
    simulator.clear()
    people = await watch(observer, freezer, HOUR, step=60)
    assert isinstance(observer.last_error, XboxAccountError)
    assert observer.last_error.refusal.code == code
    assert not any(person.presence_current for person in people.values())
    assert len(simulator.requests(XSTS)) == tries
    simulator.xerr("adult", None)
    freezer.tick(pause)
    seen = await see(observer)
    assert (seen.presence_current, seen.profile_current) == (True, True)
    assert observer.last_error is None


async def test_sign_in_that_works_again_works_for_all(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """When one service accepts the account, the other is asked before the end of its pause."""
    await observer.refresh()
    simulator.xerr("adult", 2148916234)
    simulator.expire_xsts()
    freezer.tick(10)
    await observer.refresh()  # presence is refused, for 900 seconds
    freezer.tick(60)
    await observer.refresh()  # peoplehub, which replaces it, is refused too
    simulator.xerr("adult", None)
    freezer.tick(840)
    seen = await see(observer)
    assert (seen.presence_current, seen.profile_current) == (True, True)
    assert observer.last_error is None


@pytest.mark.parametrize(
    ("host", "status", "error", "kind"),
    [
        (LIVE, 401, b'{"error": "invalid_client"}', XboxCredentialsError),
        (LIVE, 400, b'{"error": "invalid_request"}', XboxRegistrationError),
    ],
    ids=["secret", "registration"],
)
async def test_refused_application(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    status: int,
    error: bytes,
    kind: type[XboxAuthError],
) -> None:
    """A wrong secret is tried rarely."""
    await observer.refresh()
    simulator.fail(host, status=status, body=error, times=None)
    freezer.tick(14 * DAY)
    simulator.clear()
    await watch(observer, freezer, HOUR, step=60)
    assert type(observer.last_error) is kind
    assert len(simulator.requests(host)) == 4
    simulator.heal()
    freezer.tick(3600)
    assert (await see(observer)).presence_current


async def test_sign_in_again(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """An error that needs a sign-in is raised at once, and in each refresh until the sign-in."""
    await observer.refresh()
    simulator.fail(LIVE, status=400, body=b'{"error": "invalid_grant"}', times=None)
    freezer.tick(14 * DAY)
    for _ in range(5):
        with pytest.raises(XboxSignInError):
            await observer.refresh()
        freezer.tick(10)
    simulator.heal()
    freezer.tick(60)
    assert (await see(observer)).presence_current


async def test_sign_in_error_goes_first(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Of two errors the one that a person can correct is reported."""
    await observer.refresh()
    simulator.fail(PRESENCE, status=503, times=None)
    freezer.tick(10)
    await observer.refresh()
    assert isinstance(observer.last_error, XboxServiceError)
    simulator.xerr("adult", 2148916233)
    simulator.expire_xsts()
    simulator.fail(PRESENCE, status=503, times=None)
    await watch(observer, freezer, 60)
    assert isinstance(observer.last_error, XboxAccountError)


async def test_sign_in_error_of_titles(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A sign-in error in the middle of a refresh is reported too."""
    simulator.fail(TITLES, status=401, times=None)
    simulator.xerr("adult", 2148916234)
    owner.play(STARFALL_DRIFT)
    seen = await see(observer)
    assert seen.presence.online is True
    assert isinstance(observer.last_error, XboxAccountError)
    simulator.heal()
    simulator.xerr("adult", None)
    freezer.tick(60)
    assert (await see(observer)).title
    assert observer.last_error is None


async def test_one_service_refuses_the_token(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A 401 of one service is an outage: the other service replaces it, and no sign-in is needed."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    simulator.fail(PRESENCE, status=401, times=None)
    people = await watch(observer, freezer, HOUR, step=60)
    assert isinstance(observer.last_error, XboxServiceError)
    assert people[OWNER].presence_current
    assert len(simulator.requests(XSTS)) == 1
    assert len(simulator.requests(USER_AUTH)) == 0
