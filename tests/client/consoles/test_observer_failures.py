"""The consoles observer, failures: errors of the service, refusals, and outdated answers."""

from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.activity import ConsoleActivity
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver
from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxForbiddenError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.models.consoles import Power
from tests.client.conftest import CONSOLES, HOUR, OWNER
from tests.helpers.client.consoles_observer import (
    APPS,
    LISTS,
    STATE_OF_BEDROOM,
    STATE_OF_DEN,
    keep_looking,
    look,
    reads,
)
from tests.simulator import Console, Simulator
from tests.simulator.world.demo_world import BEDROOM, DEN

FAILURES: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 503},
    {"status": 404},
    {"status": 403, "garbage": True},
    {"cut": True},
    {"garbage": True},
    {"empty": True},
    {"body": b"[]"},
    {"body": b'{"status": {"errorCode": "OK"}}'},
    {"body": b'{"status": {"errorCode": "OK"}, "powerState": null}'},
    {"body": b'{"status": {"errorCode": "SomethingNew"}}'},
]


@pytest.mark.parametrize("fault", FAILURES, ids=str)
async def test_one_fails(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    bedroom: Console,
    fault: dict[str, Any],
) -> None:
    """A failing console keeps its state for five minutes; the other console is not affected."""
    bedroom.power = "On"
    before = await consoles_observer.refresh()
    simulator.fail(CONSOLES, path=STATE_OF_DEN, times=None, **fault)
    simulator.clear()
    consoles = await keep_looking(consoles_observer, freezer, 295)
    assert consoles[DEN].current
    assert (consoles[DEN].activity, consoles[DEN].app) == (before[DEN].activity, before[DEN].app)
    assert consoles[BEDROOM] == before[BEDROOM]
    assert len(reads(simulator, STATE_OF_BEDROOM)) == 29
    consoles = await keep_looking(consoles_observer, freezer, 20)
    assert not consoles[DEN].current
    assert consoles[BEDROOM].current
    assert consoles_observer.last_error is not None
    assert len(reads(simulator, STATE_OF_DEN)) <= 12
    simulator.heal()
    consoles = await keep_looking(consoles_observer, freezer, 60)
    assert consoles[DEN] == before[DEN]
    assert consoles_observer.last_error is None


async def test_end_of_the_grace_period(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The old state ends after five minutes, although the service asks for a longer pause."""
    await consoles_observer.refresh()
    freezer.tick(10)
    simulator.fail(CONSOLES, status=429, headers={"Retry-After": "1800"})
    assert (await look(consoles_observer)).current
    consoles = await keep_looking(consoles_observer, freezer, 299)
    assert consoles[DEN].current
    consoles = await keep_looking(consoles_observer, freezer, 2)
    assert not consoles[DEN].current
    assert len(simulator.requests(CONSOLES)) <= 7
    consoles = await keep_looking(consoles_observer, freezer, 1800)
    assert consoles[DEN].current


async def test_after_a_long_sleep(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A state from before the host's sleep is outdated until the next request."""
    await consoles_observer.refresh()
    freezer.tick(7200)
    assert not any(console.current for console in consoles_observer.snapshots().values())
    assert all(console.current for console in (await consoles_observer.refresh()).values())


async def test_unknown_power(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, den: Console
) -> None:
    """The service's power `Unknown` is a current answer after the grace time."""
    await consoles_observer.refresh()
    den.power = "Unknown"
    console = (await keep_looking(consoles_observer, freezer, 300))[DEN]
    assert (console.current, console.power) == (True, Power.ON)
    console = (await keep_looking(consoles_observer, freezer, 20))[DEN]
    assert (console.current, console.power, console.activity) == (True, Power.UNKNOWN, None)
    assert console.app is None
    den.power = "SystemUpdate"
    freezer.tick(60)
    assert (await look(consoles_observer)).activity is ConsoleActivity.UPDATING


async def test_throttled_by_the_data_store(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    den: Console,
) -> None:
    """A throttled console is read again with the next poll."""
    await consoles_observer.refresh()
    den.refuse("ThrottledTryAgain", at="console")
    simulator.clear()
    consoles = await keep_looking(consoles_observer, freezer, 35)
    assert reads(simulator, STATE_OF_DEN) == [0, 10, 20]
    assert consoles[DEN].fresh


@pytest.mark.parametrize("status", [500, 404, 403])
async def test_apps_fail(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    """When the apps cannot be read the old ones stay; the request is repeated rarely."""
    apps = (await look(consoles_observer)).apps
    simulator.fail(CONSOLES, status=status, path=APPS, times=None)
    consoles_observer.request_apps(DEN)
    simulator.clear()
    consoles = await keep_looking(consoles_observer, freezer, HOUR)
    assert consoles[DEN].apps == apps
    assert consoles[DEN].current
    assert 3 <= len(reads(simulator, APPS)) <= 8
    assert reads(simulator, APPS)[:2] == [0, 60]


async def test_first_list_fails(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The list is requested until it has been read."""
    simulator.fail(CONSOLES, status=500, times=3)
    assert await consoles_observer.refresh() == {}
    assert not consoles_observer.listed
    assert isinstance(consoles_observer.last_error, XboxServiceError)
    consoles = await keep_looking(consoles_observer, freezer, 75)
    assert set(consoles) == {DEN, BEDROOM}
    assert reads(simulator, LISTS) == [0, 10, 30, 70]


async def test_first_states_fail(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The power of the list is shown, but is not current."""
    simulator.fail(CONSOLES, status=500, path="/consoles/.*", times=2)
    consoles = await consoles_observer.refresh()
    assert (consoles[DEN].power, consoles[BEDROOM].power) == (Power.ON, Power.STANDBY)
    assert not consoles[DEN].current
    assert (await keep_looking(consoles_observer, freezer, 10))[DEN].current


async def test_list_fails_later(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """While the list fails, the states are still read."""
    before = await consoles_observer.refresh()
    simulator.fail(CONSOLES, status=500, path=LISTS, times=None)
    assert await keep_looking(consoles_observer, freezer, HOUR) == before
    assert len(reads(simulator, LISTS)) < 65


@pytest.mark.parametrize("code", ["gateway", "RemoteManagementDisabled"])
async def test_refused_account(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    code: str,
) -> None:
    """A refused account (remote features are off) is retried after a minute, then every hour."""
    simulator.world.xccs_errors.add(code, at="devices", xuid=OWNER, times=None)
    assert await consoles_observer.refresh() == {}
    assert consoles_observer.refused
    assert consoles_observer.last_error is not None
    await keep_looking(consoles_observer, freezer, 3 * HOUR)
    assert len(simulator.requests(CONSOLES)) == 4
    assert reads(simulator, LISTS)[2] - reads(simulator, LISTS)[1] == HOUR
    simulator.world.xccs_errors.clear()
    consoles = await keep_looking(consoles_observer, freezer, HOUR)
    assert set(consoles) == {DEN, BEDROOM}
    assert not consoles_observer.refused


async def test_refusal_of_one_answer(
    consoles_observer: ConsolesObserver, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A single refusal costs a minute."""
    simulator.world.xccs_errors.add("gateway", at="devices", xuid=OWNER)
    await consoles_observer.refresh()
    assert isinstance(consoles_observer.last_error, XboxForbiddenError)
    assert set(await keep_looking(consoles_observer, freezer, 60)) == {DEN, BEDROOM}
    assert not consoles_observer.refused


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_other_errors_are_no_refusal(
    consoles_observer: ConsolesObserver, simulator: Simulator, status: int
) -> None:
    """Only a 403 means that remote features have to be switched on."""
    simulator.fail(CONSOLES, status=status)
    await consoles_observer.refresh()
    assert not consoles_observer.refused


@pytest.mark.parametrize("kind", [XboxSignInError, XboxAccountError])
async def test_sign_in_stops(
    consoles_observer: ConsolesObserver,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    kind: type[XboxSignInError | XboxAccountError],
) -> None:
    """An error of the sign-in is kept, not raised; after `retry_now` everything is requested again."""
    before = await consoles_observer.refresh()
    simulator.expire_xsts()
    if kind is XboxAccountError:
        simulator.xerr("adult", 2148916227)
    else:
        for revoke in (
            simulator.revoke_refresh,
            simulator.expire_live,
            simulator.expire_user_tokens,
        ):
            revoke("adult")
    simulator.clear()
    consoles = await keep_looking(consoles_observer, freezer, 600)
    assert isinstance(consoles_observer.last_error, kind)
    assert not consoles[DEN].current
    assert len(simulator.requests()) < 20
    if kind is XboxAccountError:
        simulator.xerr("adult", None)
        freezer.tick(900)
        consoles_observer.retry_now()
        assert consoles_observer.seconds_until_refresh == 0
        assert await consoles_observer.refresh() == before


@pytest.mark.parametrize("list_first", [True, False])
async def test_sign_in_works_again_by_itself(
    consoles_observer: ConsolesObserver,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    list_first: bool,
) -> None:
    """The first request that succeeds makes all others due."""
    before = await consoles_observer.refresh()
    simulator.expire_xsts()
    simulator.xerr("adult", 2148916227)
    if list_first:
        consoles_observer.request_list()
    await keep_looking(consoles_observer, freezer, 60)
    consoles_observer.request_list()
    await keep_looking(consoles_observer, freezer, 60)
    simulator.xerr("adult", None)
    simulator.clear()
    assert await keep_looking(consoles_observer, freezer, 900) == before
    times = [reads(simulator, LISTS)[0], reads(simulator, STATE_OF_DEN)[0]]
    assert max(times) - min(times) < 1


async def test_retry_now_without_a_failure(consoles_observer: ConsolesObserver) -> None:
    """Without a failure `retry_now` changes nothing."""
    await consoles_observer.refresh()
    before = consoles_observer.seconds_until_refresh
    consoles_observer.retry_now()
    assert consoles_observer.seconds_until_refresh == before
