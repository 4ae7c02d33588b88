"""Rate limits: budgets of requests, and the pauses that services ask for."""

import asyncio
import random
import time
from email.utils import formatdate

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.endpoints import BUDGETS, COMMANDS_BUDGET, Budget, Service
from custom_components.xbox_network.xbox.errors import (
    XboxBudgetError,
    XboxError,
    XboxRateLimitError,
    XboxServiceError,
)
from custom_components.xbox_network.xbox.http.rate_limits import (
    RESERVES,
    Purpose,
    RateLimits,
    pause_asked_for,
)
from custom_components.xbox_network.xbox.http.requests import HttpClient
from tests.client.conftest import HOUR, OWNER, PEOPLE, PRESENCE, TITLES, asked
from tests.simulator import Simulator

DEFAULT_PAUSE = 60
LONGEST_PAUSE = HOUR
NOW = 1930118400.0  # the frozen clock


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "300"}, b"", 300),
        ({"Retry-After": " 7.5 "}, b"", 7.5),
        ({"retry-after": "12"}, b"<html>", 12),
        ({"RetryAfter": "40"}, b"", 40),
        ({"Retry-After": "20", "RetryAfter": "40"}, b'{"periodInSeconds": 90}', 20),
        ({"Retry-After": "soon", "RetryAfter": "40"}, b"", 40),
        ({"Retry-After": formatdate(NOW + 90, usegmt=True)}, b"", 90),
        ({"Retry-After": formatdate(NOW - 90, usegmt=True)}, b"", 0),
        ({"Retry-After": "0"}, b"", 0),
        ({"Retry-After": "-3"}, b"", 0),
        ({"Retry-After": "9" * 400}, b"", None),
        ({"Retry-After": "864000"}, b"", LONGEST_PAUSE),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, b"", LONGEST_PAUSE),
        ({}, b'{"version": 1, "periodInSeconds": 300, "limitType": "rate"}', 300),
        ({}, b'{"Version": 1, "PeriodInSeconds": 15, "LimitType": "Rate"}', 15),
        ({}, b'{"periodInSeconds": "15"}', 15),
        ({"Retry-After": "soon"}, b'{"periodInSeconds": 15}', 15),
        ({"Retry-After": "Mon, 99 Foo 2031 77:00:00 GMT"}, b"", None),
        ({"Retry-After": "nan"}, b"", None),
        ({"Retry-After": ""}, b"[15]", None),
        ({}, b"", None),
        ({}, b"not JSON", None),
        ({}, b'{"periodInSeconds": null}', None),
        ({}, b'{"periodInSeconds": [15]}', None),
        ({}, b'{"periodInSeconds": 1%s}' % (b"0" * 400), None),
        ({}, b'{"seconds": 15}', None),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_pause_is_kept(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    headers: dict[str, str],
    body: bytes,
    seconds: float | None,
) -> None:
    """During the pause that a service asks for no request is sent to it, and after the pause one is."""
    simulator.fail(PEOPLE, status=429, headers=headers, body=body)
    with pytest.raises(XboxRateLimitError) as caught:
        await client.people.batch([OWNER])
    assert caught.value.retry_after == seconds
    assert caught.value.status == 429
    pause = max(1, DEFAULT_PAUSE if seconds is None else seconds)
    freezer.tick(pause - 0.5)
    with pytest.raises(XboxRateLimitError) as waiting:
        await client.people.batch([OWNER])
    assert waiting.value.retry_after == pytest.approx(0.5)
    assert waiting.value.status is None
    assert asked(simulator) == [PEOPLE]
    assert await client.presence.batch([OWNER]), "the others are not concerned"
    freezer.tick(0.5)
    assert await client.people.batch([OWNER])


async def test_pause_is_not_shortened_by_another_answer(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """The longer of two pauses counts when two refusals arrive."""
    simulator.fail(PEOPLE, status=429, headers={"Retry-After": "300"})
    simulator.fail(PEOPLE, status=429, headers={"Retry-After": "15"}, delay=0.01)
    results = await asyncio.gather(
        *(client.people.batch([OWNER]) for _ in range(2)), return_exceptions=True
    )
    assert [type(result) for result in results] == [XboxRateLimitError] * 2
    freezer.tick(299)
    with pytest.raises(XboxRateLimitError):
        await client.people.batch([OWNER])
    assert len(asked(simulator)) == 2


async def test_unavailable_with_a_pause(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A 503 with `Retry-After` pauses the service for that time."""
    simulator.fail(PEOPLE, status=503, headers={"Retry-After": "120"})
    with pytest.raises(XboxServiceError) as caught:
        await client.people.batch([OWNER])
    assert caught.value.retry_after == 120
    freezer.tick(119)
    with pytest.raises(XboxRateLimitError):
        await client.people.batch([OWNER])
    freezer.tick(1)
    assert await client.people.batch([OWNER])


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_failure_without_a_pause(
    client: XboxClient, simulator: Simulator, status: int
) -> None:
    """A failing service without `Retry-After` is not paused; the caller decides."""
    simulator.fail(PEOPLE, status=status, body=b'{"periodInSeconds": 300}')
    with pytest.raises(XboxServiceError) as caught:
        await client.people.batch([OWNER])
    assert caught.value.retry_after is None
    assert await client.people.batch([OWNER])


async def test_real_refusal_of_the_network(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """When another program has spent the allowance, the client waits for the end of its window."""
    other = HttpClient(account.session)
    headers = {"Authorization": await account.authorization(), "Accept-Language": "en-US"}
    path = "/users/me/people/batch"
    for _ in range(BUDGETS[PEOPLE].burst):
        await other.send(PEOPLE, "POST", path, headers=headers, json={"xuids": [OWNER]})
    client = XboxClient(account)
    freezer.tick(4)
    with pytest.raises(XboxRateLimitError) as caught:
        await client.people.batch([OWNER])
    assert caught.value.retry_after == 11
    freezer.tick(11)
    assert await client.people.batch([OWNER])


@pytest.mark.parametrize(
    ("host", "burst", "sustained"), [(PRESENCE, 30, 100), (PEOPLE, 10, 30), (TITLES, 10, 30)]
)
async def test_budget_is_never_exceeded(
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
    burst: int,
    sustained: int,
) -> None:
    """A caller that always retries gets each burst and each long window, and no more."""
    started = time.monotonic()
    sent: list[float] = []
    while time.monotonic() < started + 700:
        try:
            await ask(client, host)
        except XboxRateLimitError as err:
            freezer.tick(err.retry_after or 0.0)
        else:
            sent.append(time.monotonic() - started)
    assert {request.status for request in simulator.requests(host)} == {200}
    assert sum(at < 15 for at in sent) == burst
    assert sum(at < 300 for at in sent) == sustained
    assert sum(300 <= at < 600 for at in sent) == sustained


async def ask(client: XboxClient, host: str) -> object:
    """Send a request to a service."""
    if host == PRESENCE:
        return await client.presence.batch([OWNER])
    if host == PEOPLE:
        return await client.people.batch([OWNER])
    return await client.titles.info(OWNER, "1900000001")


async def test_refused_requests_count(
    client: XboxClient, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """A refused request counts, as the network counts it too."""
    simulator.fail(PEOPLE, status=500, times=None)
    for _ in range(10):
        with pytest.raises(XboxServiceError):
            await client.people.batch([OWNER])
    with pytest.raises(XboxRateLimitError, match="in 15 seconds"):
        await client.people.batch([OWNER])
    assert len(asked(simulator)) == 10


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("service", sorted(BUDGETS))
def test_no_window_is_overfull(freezer: FrozenDateTimeFactory, service: str, seed: int) -> None:
    """No window is overfull, wherever it starts: the start of the network's windows is unknown."""
    rng = random.Random(seed)
    limits, budget = RateLimits(), BUDGETS[service]
    sent: list[float] = []
    for _ in range(1500):
        freezer.tick(rng.choice([0, 0, 0.01, 0.3, 1, 5, 14.9, 15, 40]) * rng.random())
        if limits.requests_left(service):
            assert limits.seconds_until_allowed(service) == 0
            limits.spend(service)
            sent.append(time.monotonic())
        else:
            assert limits.seconds_until_allowed(service) > 0
            with pytest.raises(XboxRateLimitError):
                limits.spend(service)
    for size, seconds in ((budget.burst, 15), (budget.sustained, 300)):
        for first, later in zip(sent, sent[size:], strict=False):
            assert later - first >= seconds - 1e-3
    assert len(sent) > 3 * budget.sustained


def test_services_of_one_pool_share_an_allowance(
    freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Services of one pool share an allowance, but not a pause."""
    monkeypatch.setitem(BUDGETS, Service.PROFILE, Budget("people", 10, 30))
    limits = RateLimits()
    for number in range(10):
        limits.spend(Service.PROFILE if number % 2 else Service.PEOPLE)
    assert limits.requests_left(Service.PEOPLE) == limits.requests_left(Service.PROFILE) == 0
    with pytest.raises(XboxRateLimitError):
        limits.spend(Service.PROFILE)
    assert limits.requests_left(Service.TITLES) == 10
    freezer.tick(15)
    limits.pause(Service.PEOPLE, 30)
    assert (
        limits.seconds_until_allowed(Service.PEOPLE),
        limits.seconds_until_allowed(Service.PROFILE),
    ) == (30, 0)


def test_commands_and_reads_spend_nothing_of_each_other(freezer: FrozenDateTimeFactory) -> None:
    """Commands to consoles have a budget of their own, of which a part is for the power alone."""
    limits, service = RateLimits(), Service.CONSOLES
    reserve = RESERVES[service, Purpose.COMMAND]
    assert 0 < reserve < COMMANDS_BUDGET.burst / 2
    for _ in range(COMMANDS_BUDGET.burst - reserve):
        limits.spend(service, Purpose.COMMAND)
    freezer.tick(3)
    with pytest.raises(XboxBudgetError) as caught:
        limits.spend(service, Purpose.COMMAND)
    assert caught.value.retry_after == 12
    assert limits.seconds_until_allowed(service, Purpose.COMMAND) == 12
    for _ in range(reserve):
        assert limits.seconds_until_allowed(service, Purpose.POWER) == 0
        limits.spend(service, Purpose.POWER)
    with pytest.raises(XboxBudgetError):
        limits.spend(service, Purpose.POWER)
    assert limits.requests_left(service) == BUDGETS[service].burst
    for _ in range(BUDGETS[service].burst):
        limits.spend(service)
    freezer.tick(12)
    limits.spend(service, Purpose.COMMAND)


def test_pause_is_not_our_budget(freezer: FrozenDateTimeFactory) -> None:
    """A pause that the service asked for holds for every purpose, and is told as such."""
    limits, service = RateLimits(), Service.CONSOLES
    for _ in range(COMMANDS_BUDGET.burst):
        limits.spend(service, Purpose.POWER)
    assert not limits.is_paused(service)
    limits.pause(service, 20)
    assert limits.is_paused(service)
    for purpose in (None, Purpose.COMMAND, Purpose.POWER):
        assert limits.seconds_until_allowed(service, purpose) == 20
        with pytest.raises(XboxRateLimitError) as caught:
            limits.spend(service, purpose)
        assert not isinstance(caught.value, XboxBudgetError)


def test_no_budget(freezer: FrozenDateTimeFactory) -> None:
    """Requests of the sign-in are not counted, but a pause holds."""
    limits = RateLimits()
    for _ in range(1000):
        limits.spend(Service.XSTS)
    assert limits.requests_left(Service.XSTS) is None
    assert limits.pause(Service.XSTS, None) == DEFAULT_PAUSE
    with pytest.raises(XboxRateLimitError) as caught:
        limits.spend(Service.XSTS)
    assert caught.value.service == Service.XSTS


@pytest.mark.parametrize(
    ("asked_for", "pause"),
    [(0, 1), (0.2, 1), (5, 5), (HOUR, HOUR), (10 * HOUR, LONGEST_PAUSE), (None, DEFAULT_PAUSE)],
)
def test_pause_has_bounds(
    freezer: FrozenDateTimeFactory, asked_for: float | None, pause: float
) -> None:
    """A pause is at least a second, and at most the longest pause."""
    limits = RateLimits()
    assert limits.pause(PEOPLE, asked_for) == pause
    assert limits.seconds_until_allowed(PEOPLE) == pause
    freezer.tick(pause)
    limits.spend(PEOPLE)


@pytest.mark.parametrize("service", [Service.PEOPLE, Service.XSTS])
def test_nothing_is_left_while_paused(freezer: FrozenDateTimeFactory, service: Service) -> None:
    """A paused service allows no request, whatever its budget."""
    limits = RateLimits()
    unspent = limits.requests_left(service)
    limits.pause(service, 30)
    assert limits.requests_left(service) == 0
    freezer.tick(29.5)
    assert limits.requests_left(service) == 0
    freezer.tick(0.5)
    assert limits.requests_left(service) == unspent != 0


@pytest.mark.parametrize("body", [None, [], "text", 7, {1: 2}.values()])
def test_body_without_an_object(body: object) -> None:
    """A body that is not an object has no pause."""
    assert pause_asked_for({}, body) is None


async def test_twenty_at_once_stay_within_the_burst(
    client: XboxClient, simulator: Simulator
) -> None:
    """Parallel requests are counted before they are sent."""
    results = await asyncio.gather(
        *(client.people.batch([OWNER]) for _ in range(20)), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, XboxError)]
    assert len(refused) == 10
    assert asked(simulator) == [PEOPLE] * 10
