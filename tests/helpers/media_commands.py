"""Commands to media players in tests: what a console has done, and the texts of errors."""

import json
from pathlib import Path
from typing import Any

import pytest
from homeassistant.exceptions import HomeAssistantError

from custom_components.xbox_network import media_player
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.simulator import Console

TEXTS: dict[str, dict[str, str]] = json.loads(
    Path(media_player.__file__).with_name("translations").joinpath("en.json").read_text()
)["exceptions"]


def names(console: Console) -> list[str]:
    """Return the names of the commands that a console has done."""
    console.settle()
    return [it.name for it in console.done]


def error_text(err: HomeAssistantError) -> str:
    """Return the English text of an error."""
    return TEXTS[str(err.translation_key)]["message"].format(**(err.translation_placeholders or {}))


async def failing_call(
    actions: Actions, at_den: ConsoleEntities, action: str = "media_pause", **data: Any
) -> HomeAssistantError:
    """Call an action that fails; return its error."""
    with pytest.raises(HomeAssistantError) as raised:
        await actions.call(f"media_player.{action}", at_den.id("media_player"), **data)
    return raised.value
