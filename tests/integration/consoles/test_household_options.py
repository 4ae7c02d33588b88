"""Options when a console goes over to another account: what somebody has left out stays out."""

import pytest
from homeassistant.config_entries import ConfigEntry

from custom_components.xbox_network.const import (
    OPTION_FAVORITE_APPS,
    OPTION_HIDDEN_APPS,
    OPTION_ONLY_FAVORITES,
    OPTION_STORAGE_SHARE,
)
from tests.conftest import Poll
from tests.helpers.household import Household
from tests.helpers.settling import settle

MINUTE = 60

pytestmark = pytest.mark.usefixtures("freezer")


def sources(household: Household) -> list[str]:
    """Return the sources of the shared console."""
    listed: list[str] = household.at_den["media_player"].attributes["source_list"]
    return listed


def hide(household: Household, entry: ConfigEntry, *names: str) -> None:
    """Hide apps in the options of an account."""
    product_ids = [household.den.app(name).product_id for name in names]
    household.hass.config_entries.async_update_entry(
        entry, options={OPTION_HIDDEN_APPS: product_ids, OPTION_STORAGE_SHARE: 20}
    )


@pytest.mark.parametrize("how", ["disabled", "removed"])
async def test_hidden_apps(household: Household, poll: Poll, how: str) -> None:
    """What either account hides stays hidden at a console that goes over, and is in the options of the new one."""
    hide(household, household.first, "Starfall Drift")
    hide(household, household.second, "Harbor Kings")
    await settle(household.hass)
    assert "Starfall Drift" not in sources(household)
    assert "Harbor Kings" in sources(household)
    if how == "disabled":
        await household.disable(household.first)
    else:
        await household.hass.config_entries.async_remove(household.first.entry_id)
    await poll(MINUTE)
    assert household.owner is household.second
    assert not {"Starfall Drift", "Harbor Kings"} & set(sources(household))
    assert "Lumen Video" in sources(household)
    assert household.second.options == {
        OPTION_HIDDEN_APPS: [
            household.den.app(it).product_id for it in ("Harbor Kings", "Starfall Drift")
        ],
        OPTION_STORAGE_SHARE: 20,
    }


@pytest.mark.parametrize("own", [[], ["Harbor Kings"]])
async def test_favorites(household: Household, poll: Poll, own: list[str]) -> None:
    """Favourites go over with the console to an account that has none of its own."""
    for entry, names in ((household.first, ["Lumen Video"]), (household.second, own)):
        favorites = [household.den.app(name).product_id for name in names]
        household.hass.config_entries.async_update_entry(
            entry, options={OPTION_FAVORITE_APPS: favorites, OPTION_ONLY_FAVORITES: True}
        )
    await settle(household.hass)
    assert sources(household) == ["Home", "Lumen Video"]
    await household.disable(household.first)
    await poll(MINUTE)
    assert sources(household) == ["Home", *(own or ["Lumen Video"])]


async def test_nothing_hidden(household: Household, poll: Poll) -> None:
    """Without hidden apps no options change."""
    await household.disable(household.first)
    await poll(MINUTE)
    assert household.second.options == {}
