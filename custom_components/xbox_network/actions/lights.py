"""The actions about lights: `borrow_lights`, `return_lights`."""

from collections.abc import Collection
from typing import Final

import probatio
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.light import (
    ATTR_BRIGHTNESS_PCT,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_RGB_COLOR,
    ATTR_TRANSITION,
    DOMAIN as LIGHT_DOMAIN,
    VALID_BRIGHTNESS_PCT,
    VALID_TRANSITION,
)
from homeassistant.const import ENTITY_MATCH_ALL
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_extract_entity_ids
from homeassistant.helpers.target import TargetSelection, async_extract_excluded_entity_ids

from ..const import DOMAIN
from ..error_texts import caller_error
from ..lights import lender_of
from ..lights.groups import without_groups
from ..lights.lamp import Terms
from ..lights.look import Look
from ..rights import async_limited_user

BORROW_LIGHTS: Final = "borrow_lights"
RETURN_LIGHTS: Final = "return_lights"
ATTR_BORROWER: Final = "borrower"
ATTR_ONLY_LIT: Final = "only_lit"
ATTR_SECONDS: Final = "seconds"
ATTR_AFTER: Final = "after"

_MAX_SECONDS: Final = 3600
_LOOK_FIELDS: Final = (ATTR_BRIGHTNESS_PCT, ATTR_RGB_COLOR, ATTR_COLOR_TEMP_KELVIN)
_SECONDS: Final = probatio.All(probatio.Coerce(float), probatio.Range(min=0, max=_MAX_SECONDS))
_BORROWER: Final = probatio.All(cv.string, probatio.Length(min=1, max=255))


@callback
def async_setup_borrow_lights(hass: HomeAssistant) -> None:
    """Register `borrow_lights`."""
    colour = probatio.All(probatio.Coerce(tuple), probatio.ExactSequence((cv.byte,) * 3))
    hass.services.async_register(
        DOMAIN,
        BORROW_LIGHTS,
        _borrow_lights,
        cv.make_entity_service_schema(
            {
                probatio.Required(ATTR_BORROWER): _BORROWER,
                probatio.Optional(ATTR_BRIGHTNESS_PCT): VALID_BRIGHTNESS_PCT,
                probatio.Exclusive(ATTR_RGB_COLOR, "colour"): colour,
                probatio.Exclusive(ATTR_COLOR_TEMP_KELVIN, "colour"): cv.positive_int,
                probatio.Optional(ATTR_TRANSITION): VALID_TRANSITION,
                probatio.Optional(ATTR_ONLY_LIT, default=False): cv.boolean,
                probatio.Optional(ATTR_SECONDS): _SECONDS,
            }
        ),
    )


@callback
def async_setup_return_lights(hass: HomeAssistant) -> None:
    """Register `return_lights`."""
    hass.services.async_register(
        DOMAIN,
        RETURN_LIGHTS,
        _return_lights,
        probatio.Schema(
            {
                **cv.ENTITY_SERVICE_FIELDS,
                probatio.Required(ATTR_BORROWER): _BORROWER,
                probatio.Optional(ATTR_TRANSITION): VALID_TRANSITION,
                probatio.Optional(ATTR_AFTER, default=0): _SECONDS,
            }
        ),
    )


async def _borrow_lights(call: ServiceCall) -> None:
    """Change lights, and remember what they were. Raises `HomeAssistantError` if some have failed."""
    lights = await _lights(call)
    if not lights:
        raise caller_error("no_light_targeted")
    lender = lender_of(call.hass)
    borrower: str = call.data[ATTR_BORROWER]
    await _check(call, lights | lender.borrowed_by(borrower))
    terms = Terms(
        look=Look(**{it: call.data[it] for it in _LOOK_FIELDS if it in call.data}),
        only_lit=call.data[ATTR_ONLY_LIT],
        transition=call.data.get(ATTR_TRANSITION),
        seconds=call.data.get(ATTR_SECONDS),
    )
    _raise_for(await lender.borrow(borrower, lights, terms, call.context))


async def _return_lights(call: ServiceCall) -> None:
    """Give lights back, all without a target. Raises `HomeAssistantError` if some have failed."""
    lender = lender_of(call.hass)
    borrower: str = call.data[ATTR_BORROWER]
    lights = lender.borrowed_by(borrower)
    if cv.ENTITY_SERVICE_FIELDS.keys() & call.data.keys():
        lights &= await _lights(call)
    await _check(call, lights)
    failed = await lender.give_back(
        borrower,
        lights,
        after=call.data[ATTR_AFTER],
        transition=call.data.get(ATTR_TRANSITION),
        context=call.context,
    )
    _raise_for(failed)


async def _lights(call: ServiceCall) -> set[str]:
    """Return the lights that an action targets; of a group of Home Assistant, its members."""
    selection = TargetSelection(call.data)
    if ENTITY_MATCH_ALL in selection.entity_ids:
        found = set(call.hass.states.async_entity_ids(LIGHT_DOMAIN))
    else:
        found = await async_extract_entity_ids(call)
    excluded = async_extract_excluded_entity_ids(call.hass, selection)
    lights = without_groups(call.hass, found) - without_groups(call.hass, excluded)
    return {it for it in lights if it.startswith(f"{LIGHT_DOMAIN}.")}


async def _check(call: ServiceCall, lights: Collection[str]) -> None:
    """Raise `Unauthorized` if the caller may not control one of the lights."""
    if (limited := await async_limited_user(call.hass, call.context)) is None:
        return
    for entity_id in sorted(lights):
        if not limited.permissions.check_entity(entity_id, POLICY_CONTROL):
            raise Unauthorized(context=call.context, entity_id=entity_id, permission=POLICY_CONTROL)


def _raise_for(failed: Collection[str]) -> None:
    if failed:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="lights_failed",
            translation_placeholders={"lights": ", ".join(sorted(failed))},
        )
