"""The dialog that signs an account in: its beginning, for each reason to open it, and each way through it."""

from collections.abc import Awaitable, Callable

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import start_reauth_flow

from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.sign_in_way import SignInWay
from tests.helpers.client.idle_time import quiet
from tests.helpers.settling import settle
from tests.simulator import PUBLIC_CLIENT_ID, Simulator

OWN = SignInWay.OWN_APPLICATION
CODE, BROWSER = SignInWay.CODE, SignInWay.BROWSER


async def send(hass: HomeAssistant, result: ConfigFlowResult, **data: str) -> ConfigFlowResult:
    """Submit the form of a dialog."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], data)


async def choose(hass: HomeAssistant, result: ConfigFlowResult, option: str) -> ConfigFlowResult:
    """Choose an option in the menu of a dialog."""
    assert result["type"] is FlowResultType.MENU
    assert option in result["menu_options"]
    return await send(hass, result, next_step_id=option)


async def add_account(hass: HomeAssistant, way: str = OWN) -> ConfigFlowResult:
    """Begin to add an account."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await choose(hass, result, way)


async def reauthenticate(
    hass: HomeAssistant, entry: ConfigEntry, way: str | None = None
) -> ConfigFlowResult:
    """Begin to sign in again; without a choice in the way that the account was added."""
    result = await start_reauth_flow(hass, entry)
    assert result["step_id"] == "reauth_confirm"
    assert result["description_placeholders"] == {"name": entry.title}
    return await send(hass, result, **({"way": way} if way else {}))


async def reconfigure(
    hass: HomeAssistant, entry: ConfigEntry, way: str | None = None
) -> ConfigFlowResult:
    """Begin to reconfigure an account; without a choice in the way that it was added."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    assert result["step_id"] == "reconfigure"
    return await send(hass, result, **({"way": way} if way else {}))


class Dialog:
    """A person in front of the dialog, with a browser and a telephone for Microsoft's pages."""

    def __init__(
        self,
        hass: HomeAssistant,
        simulator: Simulator,
        browse: Callable[..., Awaitable[ConfigFlowResult]],
        poll: Callable[..., Awaitable[None]],
        *,
        built_in: bool,
    ) -> None:
        """Take the browser, the clock, and whether the integration brings an application along."""
        self._hass = hass
        self._simulator = simulator
        self._browse = browse
        self.let_pass = poll
        self.built_in = built_in

    async def add(self, way: str, persona: str = "adult") -> ConfigFlowResult:
        """Add an account."""
        return await self.sign_in(await self.begin(way), persona)

    async def begin(self, way: str) -> ConfigFlowResult:
        """Begin to add an account, up to Microsoft's page or to the code."""
        return await self.named(await add_account(self._hass, way))

    async def named(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Name the public application, if the dialog asks for it."""
        if result["type"] is FlowResultType.FORM and str(result["step_id"]).startswith("app"):
            return await send(self._hass, result, client_id=PUBLIC_CLIENT_ID)
        return result

    async def sign_in(self, result: ConfigFlowResult, persona: str = "adult") -> ConfigFlowResult:
        """Sign a persona in at Microsoft, and return what the dialog shows then."""
        result = await self.named(result)
        if result["type"] is FlowResultType.EXTERNAL_STEP:
            result = await self._browse(result, persona)
        elif result["type"] is FlowResultType.SHOW_PROGRESS:
            code = shown_code(result)
            if self._simulator.personas[persona].cancels:
                self._simulator.entra.decline(code)
            else:
                self._simulator.entra.allow(code, persona)
            result = await self.wait(result)
        await settle(self._hass)
        return result

    async def wait(self, result: ConfigFlowResult, seconds: float = 5) -> ConfigFlowResult:
        """Let time pass in front of a code, and return what the dialog shows then."""
        assert result["type"] is FlowResultType.SHOW_PROGRESS
        while seconds > 0:
            await self.let_pass(5, step=5)
            await quiet(self._simulator)  # a code is waited for in the background
            seconds -= 5
        await settle(self._hass)
        return await self._hass.config_entries.flow.async_configure(result["flow_id"])


def shown_code(result: ConfigFlowResult) -> str:
    """Return the code that a dialog shows, without the signs of markdown."""
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    return str((result["description_placeholders"] or {})["code"]).replace("\\", "")


def way_of_token(entry: ConfigEntry) -> str:
    """Return the way in which the token of an entry was issued."""
    return str(entry.data["token"].get("way", OWN))
