"""Secrets: no log line or exception of the client names a person or a token."""

import json
import logging
import re
import traceback
from collections.abc import Awaitable, Callable

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import (
    AuthenticationManager,
    XboxClient,
    XboxError,
)
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.people.observer import PeopleObserver
from tests.client.conftest import (
    DAY,
    FRIEND,
    HOUR,
    LIVE,
    OWNER,
    PEOPLE,
    PRESENCE,
    TITLES,
    USER_AUTH,
    XSTS,
    authorization_code,
)
from tests.simulator import CLIENT_SECRET, Simulator

HOSTS = (LIVE, USER_AUTH, XSTS, PEOPLE, PRESENCE, TITLES)
FAULTS: tuple[dict[str, object], ...] = (
    {"status": 400},
    {"status": 401},
    {"status": 403},
    {"status": 404},
    {"status": 429},
    {"status": 500},
    {"status": 302, "headers": {"Location": f"http://127.0.0.1/{OWNER}"}},
    {"garbage": True},
    {"empty": True},
    {"cut": True},
    {"body": b'{"Token": 1, "access_token": []}'},
    {"body": json.dumps({"error": "invalid_grant", "error_description": OWNER}).encode()},
    {"status": 401, "body": json.dumps({"XErr": 2148916227, "Message": OWNER}).encode()},
)


def secrets(simulator: Simulator, *accounts: AuthenticationManager) -> set[str]:
    """Return every token, code and name that was used so far."""
    found = {CLIENT_SECRET}
    for person in simulator.world.people.values():
        found |= {person.xuid, person.gamertag, person.unique_gamertag, person.real_name}
    for account in accounts:
        for token in (account.oauth, account.user_token, account.xsts_token):
            values = token.model_dump(mode="json").items() if token else ()
            found |= {str(value) for key, value in values if key.endswith("token")}
        if account.xsts_token:
            found.add(account.xsts_token.userhash)
    for request in simulator.requests():
        found |= set(re.findall(r"(?:d=|x=\d+;|\")([\w.-]{60,})", request.body.decode()))
        found |= set(request.headers.getall("Authorization", []))
        found |= {value for key, value in request.query.items() if key in ("code", "state")}
    return {text for text in found if len(text) > 4}


def leaked(text: str, simulator: Simulator, *accounts: AuthenticationManager) -> set[str]:
    """Return the secrets that a text contains."""
    return {secret for secret in secrets(simulator, *accounts) if secret in text}


async def test_log_has_no_secrets(
    stranger: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No DEBUG log has a secret, from the sign-in over every kind of error until all tokens have expired."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aiohttp").setLevel(logging.DEBUG)
    code = await authorization_code(stranger, "Nova Kestrel")
    await stranger.request_tokens(code)
    observer = PeopleObserver(XboxClient(stranger), [OWNER, FRIEND])
    simulator.world.person(OWNER).play("1900000001", rich_presence="In the hangar")
    error_types: set[type[XboxError]] = set()
    for host in HOSTS:
        for fault in FAULTS[:9]:
            simulator.fail(host, times=2, **fault)  # type: ignore[arg-type]
            freezer.tick(15 * DAY)
            try:
                await observer.refresh()
            except XboxError as err:
                error_types.add(type(err))
            if observer.last_error:
                error_types.add(type(observer.last_error))
            simulator.heal()
            freezer.tick(2 * HOUR)
            await observer.refresh()
    assert len(error_types) > 6
    assert len(simulator.requests()) > 100
    log = "\n".join(
        record.getMessage() + str(record.exc_text) for record in caplog.get_records("call")
    )
    assert "starfall" not in log.casefold()
    assert leaked(log, simulator, stranger) == set()
    assert code not in log


@pytest.mark.parametrize("host", HOSTS)
async def test_exceptions_have_no_secrets(
    account: AuthenticationManager,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    host: str,
) -> None:
    """Message, traceback and attributes of an error hold no secret."""
    client = XboxClient(account)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        LIVE: account.refresh_oauth_token,
        USER_AUTH: account.request_user_token,
        XSTS: account.request_xsts_token,
        PEOPLE: lambda: client.people.batch([OWNER]),
        PRESENCE: lambda: client.presence.batch([OWNER]),
        TITLES: lambda: client.titles.info(OWNER, "1900000001"),
    }
    raised = []
    for fault in FAULTS:
        simulator.fail(host, times=None, **fault)  # type: ignore[arg-type]
        try:
            await calls[host]()
        except XboxError as err:
            raised.append("".join(traceback.format_exception(err)) + repr(err) + repr(vars(err)))
        simulator.heal()
        freezer.tick(HOUR)
    assert len(raised) >= 10
    for text in raised:
        assert leaked(text, simulator, account) == set()
        assert "127.0.0.1" not in text
        assert not re.search(r"\d{16}", text), "something like a xuid"


async def test_secrets_are_found(account: AuthenticationManager, simulator: Simulator) -> None:
    """The search of these tests finds the secrets that a text contains."""
    client = XboxClient(account)
    await client.people.batch([OWNER])
    await account.refresh_oauth_token()
    found = secrets(simulator, account)
    assert account.oauth
    assert account.xsts_token
    header = account.xsts_token.authorization_header_value
    assert {OWNER, "Nova Kestrel", header, CLIENT_SECRET, account.oauth.access_token} <= found
    assert leaked(f"a log with {header} in it", simulator, account) >= {header}


async def test_repr_has_no_secrets(account: AuthenticationManager, simulator: Simulator) -> None:
    """The representation of a token or an answer has no secret."""
    client = XboxClient(account)
    path = "/users/me/profile/settings"
    answer = await client.transport.call(
        Service.PROFILE, "GET", path, query={"settings": "Gamertag"}
    )
    assert OWNER.encode() in answer.body
    shown = repr([account.oauth, account.user_token, account.xsts_token, answer])
    assert leaked(shown, simulator, account) == set()
