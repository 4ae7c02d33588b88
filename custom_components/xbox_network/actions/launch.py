"""The action `launch`: start a game or an app on a console and wait until it runs."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import probatio
from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.const import ENTITY_MATCH_ALL, ENTITY_MATCH_NONE
from homeassistant.core import (
    EntityServiceResponse,
    HassJob,
    HomeAssistant,
    ServiceCall,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..const import DOMAIN
from ..coordinator.consoles import ConsolesCoordinator
from ..entity.console import ConsoleEntity
from ..error_texts import caller_error
from ..media.browse import product_title
from ..media.launchables import Launchable
from ..xbox.consoles.console import ConsoleSnapshot
from ..xbox.errors import ConsoleProblem, console_problem
from ..xbox.models.commands import WAKE_UP

LAUNCH: Final = "launch"
ATTR_NAME: Final = "name"
ATTR_PRODUCT_ID: Final = "product_id"
ATTR_TURN_ON: Final = "turn_on"
ATTR_WAIT: Final = "wait"

_DEFAULT_WAIT_SECONDS: Final = 60
_MAX_WAIT_SECONDS: Final = 300
# Seconds for which the start is repeated on a console that has just woken up.
_READY_SECONDS: Final = 30.0
_RETRY_SECONDS: Final = 3.0
_NOT_READY: Final = frozenset(
    {ConsoleProblem.CONSOLE_OFF, ConsoleProblem.UNREACHABLE, ConsoleProblem.TIMED_OUT}
)


@callback
def async_setup_launch(hass: HomeAssistant) -> None:
    """Register `launch`."""
    hass.services.async_register(
        DOMAIN,
        LAUNCH,
        _launch_each,
        cv.make_entity_service_schema(
            {
                probatio.Optional(ATTR_NAME): cv.string,
                probatio.Optional(ATTR_PRODUCT_ID): cv.string,
                probatio.Optional(ATTR_TURN_ON, default=False): cv.boolean,
                probatio.Optional(ATTR_WAIT, default=_DEFAULT_WAIT_SECONDS): probatio.All(
                    probatio.Coerce(float), probatio.Range(min=0, max=_MAX_WAIT_SECONDS)
                ),
            }
        ),
        SupportsResponse.OPTIONAL,
    )


async def _launch_each(call: ServiceCall) -> EntityServiceResponse | None:
    """Start a game or an app on each targeted console. Return the outcomes.

    Home Assistant passes over what is gone without a word. Raises `ServiceValidationError` with all that is named
    and is no console that can be reached now, after the others are done.
    """
    players = _players(call.hass)
    named = _named(call)
    missing = [target for target in named if not _reaches(call.hass, target, players)]
    error = caller_error("launch_no_console", missing=", ".join(it for _, it in missing))
    if named and len(missing) == len(named):
        raise error
    outcomes = await service.entity_service_call(call.hass, players, HassJob(_launch), call)
    if missing:
        raise error
    return outcomes


def _players(hass: HomeAssistant) -> dict[str, Entity]:
    """Return the media players of all consoles by entity id, without those that are unavailable."""
    return {
        entity_id: entity
        for platform in async_get_platforms(hass, DOMAIN)
        if platform.domain == MEDIA_PLAYER_DOMAIN
        for entity_id, entity in platform.entities.items()
        if entity.available
    }


def _named(call: ServiceCall) -> list[tuple[str, str]]:
    """Return the key and the id of all that a call targets by name. `all` and `none` are no names."""
    return [
        (key, target_id)
        for key in cv.TARGET_ID_KEYS
        for target_id in cv.ensure_list(call.data.get(key))
        if target_id not in (ENTITY_MATCH_ALL, ENTITY_MATCH_NONE)
    ]


def _reaches(hass: HomeAssistant, target: tuple[str, str], players: Mapping[str, Entity]) -> bool:
    key, target_id = target
    found = async_extract_referenced_entity_ids(hass, TargetSelection({key: [target_id]}))
    return not players.keys().isdisjoint(found.referenced | found.indirectly_referenced)


async def _launch(console: ConsoleEntity, call: ServiceCall) -> dict[str, Any]:
    """Start a game or an app and return the outcome. Raises `HomeAssistantError` with the reason."""
    return await console.coordinator.while_loaded(_launch_and_wait(console, call))


async def _launch_and_wait(console: ConsoleEntity, call: ServiceCall) -> dict[str, Any]:
    """Start a game or an app and return the outcome.

    Raises `HomeAssistantError` if the title does not run in time and the caller asked for no response.
    """
    consoles, console_id = console.coordinator, console.console_id
    launchable = await resolve(consoles, console_id, _query(call))
    wait: float = call.data[ATTR_WAIT]
    outcome = await launch(
        consoles, console_id, launchable, turn_on=call.data[ATTR_TURN_ON], wait=wait
    )
    product_id = launchable.product_id
    title = (
        product_id and product_title(consoles.observer.products, product_id)
    ) or launchable.own_name
    if wait and not outcome.running and not call.return_response:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="launch_not_running",
            translation_placeholders={
                "console": consoles.name_of(console_id),
                "title": title,
                "seconds": f"{wait:g}",
            },
        )
    return {
        "title": title,
        "product_id": product_id,
        "was_on": outcome.was_on,
        "running": outcome.running,
        "seconds": outcome.seconds,
    }


def _query(call: ServiceCall) -> str:
    """Return the name or product id to start. Raises `ServiceValidationError` unless exactly one is given."""
    given: list[str] = [call.data[key] for key in (ATTR_NAME, ATTR_PRODUCT_ID) if key in call.data]
    if len(given) != 1:
        raise caller_error("launch_what")
    return given[0]


async def resolve(consoles: ConsolesCoordinator, console_id: str, query: str) -> Launchable:
    """Return the game or app of a console by its name or product id.

    If none matches, the list of installed apps is read again: the app may be newly installed. Raises
    `ServiceValidationError` if none or several match.
    """
    matches = consoles.find_launchables(console_id, query)
    if not matches:
        await consoles.read_apps(console_id)
        matches = consoles.find_launchables(console_id, query)
    if len(matches) == 1:
        return matches[0]
    if matches:
        key = "ambiguous_app"
    else:
        console = consoles.data.get(console_id)
        key = "unknown_app" if console and console.apps else "no_apps_known"
    raise caller_error(
        key,
        name=query,
        console=consoles.name_of(console_id),
        names=", ".join(it.distinct_name for it in matches),
    )


async def start_activity(consoles: ConsolesCoordinator, console_id: str, query: str) -> None:
    """Start a game or an app by its name or product id. A console that is off is switched on first.

    Raises `HomeAssistantError` with the reason; nothing is switched on for a name that is unknown or ambiguous.
    """
    launchable = await resolve(consoles, console_id, query)
    await launch(consoles, console_id, launchable, turn_on=True, wait=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """The outcome of a launch and its duration. `was_on` is None if the power was not known."""

    was_on: bool | None
    running: bool
    seconds: float


async def launch(
    consoles: ConsolesCoordinator,
    console_id: str,
    launchable: Launchable,
    *,
    turn_on: bool,
    wait: float,
) -> Launched:
    """Start a game or an app; with `turn_on` the console is switched on first.

    Waits up to `wait` seconds until the console reports that the title runs. Raises `HomeAssistantError` if
    a command fails.
    """
    started = time.monotonic()
    console = consoles.data.get(console_id)  # it may have gone over to another account meanwhile
    was_on = console.power.is_on if console else None
    if turn_on and was_on is not True:
        await consoles.command(console_id, WAKE_UP)
        await _start_once_ready(consoles, console_id, launchable)
    else:
        await _start(consoles, console_id, launchable)

    def runs(console: ConsoleSnapshot) -> bool:
        return not console.settling and launchable.is_focused(console.app)

    running = await consoles.wait_until(console_id, runs, wait)
    return Launched(was_on=was_on, running=running, seconds=round(time.monotonic() - started, 1))


async def _start_once_ready(
    consoles: ConsolesCoordinator, console_id: str, launchable: Launchable
) -> None:
    """Start a game or an app on a console that was just switched on. Retry until the console is ready."""
    end = time.monotonic() + _READY_SECONDS
    while True:
        try:
            return await _start(consoles, console_id, launchable)
        except HomeAssistantError as err:
            if not _is_not_ready(err) or time.monotonic() >= end:
                raise
            await asyncio.sleep(_RETRY_SECONDS)


async def _start(consoles: ConsolesCoordinator, console_id: str, launchable: Launchable) -> None:
    await consoles.command(console_id, launchable.command)


def _is_not_ready(err: HomeAssistantError) -> bool:
    return console_problem(err.__cause__) in _NOT_READY
