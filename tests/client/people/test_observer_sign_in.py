"""People observer, failing sign-in: what is told, and how rarely it is tried."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxAuthError,
    XboxCredentialsError,
    XboxForbiddenError,
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
    times,
    watch,
)
from tests.simulator import Person, Simulator


@pytest.mark.parametrize(
    ("code", "seconds"),
    [
        (2148916233, 900),
        (2148916227, 900),
        (2148916237, 900),
        (2148916241, 900),
        (2148916258, 900),
        (1, 900),
        (2148916246, 10),
        (2148916273, 10),
    ],
)
async def test_refused_account_is_retried_slowly(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    code: int,
    seconds: float,
) -> None:
    """What only its owner can lift is looked at every fifteen minutes, what passes like any trouble."""
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
    asked_at = times(simulator, PRESENCE)
    assert (len(asked_at) <= 5) == (seconds == 900)
    simulator.xerr("adult", None)
    freezer.tick(seconds if seconds == 900 else 60)
    seen = await see(observer)
    assert (seen.presence_current, seen.profile_current) == (True, True)
    assert observer.last_error is None


async def test_sign_in_that_works_again_works_for_all(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """One service that is let in is enough: the other does not wait for the end of its own pause."""
    await observer.refresh()
    simulator.xerr("adult", 2148916234)
    simulator.expire_xsts()
    freezer.tick(10)
    await observer.refresh()  # presence is refused, for 900 seconds
    freezer.tick(60)
    await observer.refresh()  # so is peoplehub, which took its place
    simulator.xerr("adult", None)
    freezer.tick(840)
    seen = await see(observer)
    assert (seen.presence_current, seen.profile_current) == (True, True)
    assert observer.last_error is None


@pytest.mark.parametrize(
    ("host", "status", "error", "kind"),
    [
        (LIVE, 401, b'{"error": "invalid_client"}', XboxCredentialsError),
        (USER_AUTH, 400, b"", XboxRegistrationError),
    ],
    ids=["secret", "registration"],
)
async def test_application_that_is_refused(
    observer: PeopleObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    status: int,
    error: bytes,
    kind: type[XboxAuthError],
) -> None:
    """A wrong secret is not cured by asking again every ten seconds."""
    await observer.refresh()
    simulator.fail(host, status=status, body=error, times=None)
    freezer.tick(14 * DAY)
    simulator.clear()
    await watch(observer, freezer, HOUR, step=60)
    assert type(observer.last_error) is kind
    assert len(simulator.requests(host)) <= 12
    simulator.heal()
    freezer.tick(900)
    assert (await see(observer)).presence_current


async def test_sign_in_again(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """That the person has to sign in is raised at once, and at every look until it is done."""
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


async def test_what_stops_the_sign_in_goes_first(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Of two troubles the one that a person can help with is told."""
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


async def test_sign_in_trouble_that_titles_meet_first(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A token that is refused between two requests of one look is told, too."""
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


async def test_service_that_alone_refuses_the_token(
    observer: PeopleObserver, simulator: Simulator, freezer: FrozenDateTimeFactory, owner: Person
) -> None:
    """A lone 401 is like a 403: the other service takes over and nobody has to sign in."""
    owner.play(STARFALL_DRIFT)
    await observer.refresh()
    simulator.fail(PRESENCE, status=401, times=None)
    people = await watch(observer, freezer, HOUR, step=60)
    assert isinstance(observer.last_error, XboxForbiddenError)
    assert people[OWNER].presence_current
    assert len(simulator.requests(XSTS)) == 1
    assert len(simulator.requests(USER_AUTH)) == 0
