"""A year of each family of tokens, with restarts, outages and a new password: who is asked for what, and how often."""

from collections import Counter

import pytest
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.sign_in_way import SignInWay
from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll, restart
from tests.helpers.account import CHAIN, flows, issues, state
from tests.helpers.sign_in import OWN, Dialog
from tests.simulator import Simulator

HOUR, DAY, MONTH = 3600, 86_400, 30 * 86_400
FAMILIES = {Service.LIVE, Service.ENTRA}

pytestmark = pytest.mark.parametrize("built_in", [False], indirect=True)
EACH_FAMILY = pytest.mark.parametrize("way", [SignInWay.CODE, OWN], indirect=True)


class Year:
    """Twelve months of an account, and what they cost."""

    def __init__(self, simulator: Simulator, poll: Poll) -> None:
        """Begin to count."""
        self._simulator, self._poll = simulator, poll
        self.asked: Counter[str] = Counter()
        self.last_refresh_tokens: list[str] = []

    async def go_on(self, seconds: float) -> None:
        """Let time pass, and count the requests of the sign-in."""
        self._simulator.clear()
        await self._poll(seconds, step=12 * HOUR)
        for request in self._simulator.requests():
            if request.host in {*FAMILIES, *CHAIN}:
                self.asked[request.host] += 1


@pytest.fixture(name="year")
def year_fixture(simulator: Simulator, poll: Poll) -> Year:
    """Return the year."""
    return Year(simulator, poll)


@pytest.mark.parametrize(
    ("way", "works_once"),
    [(SignInWay.CODE, False), (SignInWay.CODE, True), (OWN, False)],
    indirect=["way"],
)
async def test_year(
    hass: HomeAssistant,
    simulator: Simulator,
    dialog: Dialog,
    account: ConfigEntry,
    way: SignInWay,
    year: Year,
    issue_registry: ir.IssueRegistry,
    works_once: bool,
) -> None:
    """Few tokens a day, each from its own family; no prompt but after the new password, and that one helps."""
    simulator.entra.refresh_tokens_work_once = works_once
    family = Service.LIVE if way == OWN else Service.ENTRA
    for month in range(12):
        await year.go_on(MONTH)
        assert flows(hass) == []
        assert issues(issue_registry) == []
        assert state(account).value == "loaded"
        if month % 3 == 0:
            await restart(hass, account)
        if month == 5:  # a day without Microsoft
            simulator.fail(family, status=503, times=None)
            simulator.expire_user_tokens()
            simulator.expire_xsts()
            await year.go_on(DAY)
            assert flows(hass) == []
            simulator.heal(family)
            await year.go_on(DAY)
            assert state(account).value == "loaded"
        if month == 8 and way != OWN:
            simulator.change_password("adult")
            for _ in range(15):  # the last user token still serves
                if not flows(hass):
                    await year.go_on(DAY)
            assert flows(hass) == [SOURCE_REAUTH]
            [prompt] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
            result = await hass.config_entries.flow.async_configure(prompt["flow_id"], {})
            assert (await dialog.sign_in(result))["reason"] == "reauth_successful"
    assert year.asked[family] <= 60, "of a year"
    assert sum(year.asked.values()) <= 3 * 365
    assert not any(year.asked[it] for it in FAMILIES - {family})


@EACH_FAMILY
async def test_saved_before_xbox_is_asked(
    hass: HomeAssistant,
    simulator: Simulator,
    account: ConfigEntry,
    year: Year,
    way: SignInWay,
) -> None:
    """A new refresh token is kept even if Xbox fails right after it: the old one may have ended with its use."""
    simulator.entra.refresh_tokens_work_once = True
    before = account.data["token"]["refresh_token"]
    simulator.fail(Service.USER_AUTH, status=503, times=None)
    await year.go_on(15 * DAY)
    assert account.data["token"]["refresh_token"] != before
    await hass.config_entries.async_unload(account.entry_id)
    simulator.heal()
    simulator.fail(Service.REALTIME, status=403, times=None)
    await hass.config_entries.async_setup(account.entry_id)
    await year.go_on(DAY)
    assert state(account).value == "loaded"
    assert flows(hass) == []


@EACH_FAMILY
async def test_away_for_long(
    hass: HomeAssistant, simulator: Simulator, dialog: Dialog, account: ConfigEntry, year: Year
) -> None:
    """After more than ninety days without Home Assistant the person signs in again."""
    await hass.config_entries.async_unload(account.entry_id)
    await year.go_on(91 * DAY)
    await hass.config_entries.async_setup(account.entry_id)
    await year.go_on(HOUR)
    [prompt] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(prompt["flow_id"], {})
    assert (await dialog.sign_in(result))["reason"] == "reauth_successful"
    assert state(account).value == "loaded"


@EACH_FAMILY
async def test_backup_that_runs_twice(
    hass: HomeAssistant, simulator: Simulator, account: ConfigEntry, year: Year, way: SignInWay
) -> None:
    """A second Home Assistant that uses the same refresh token ends the sign-in, and the prompt names that cause."""
    simulator.entra.refresh_tokens_work_once = True
    backup = dict(account.data)
    await year.go_on(20 * DAY)
    assert flows(hass) == []
    simulator.expire_user_tokens()
    simulator.expire_xsts()
    hass.config_entries.async_update_entry(
        account, data={**backup, "token": {**backup["token"], "expires_at": 0}}
    )
    await year.go_on(DAY)
    if way == OWN:
        assert flows(hass) == []
        return
    [prompt] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert prompt["step_id"] == "reauth_confirm"
