"""Start Home Assistant in a fresh configuration folder and load the integration that is unpacked there.

    python -m xbox_dev.release.home_assistant CONFIG_FOLDER

It must not find the integration of the repository: start it with nothing but `scripts` on the path.
"""

import asyncio
import importlib
import os
import pathlib
import sys
import traceback

from homeassistant import bootstrap
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.translation import async_get_translations
from homeassistant.loader import async_get_integration
from homeassistant.runner import RuntimeConfig
from homeassistant.setup import async_setup_component

from ..checks.files import DOMAIN


class LoadError(Exception):
    """What Home Assistant did not do, in one line."""


def require(fulfilled: bool, what: str) -> None:
    """Raise LoadError unless something is as it should be."""
    if not fulfilled:
        raise LoadError(what)


async def start(config: pathlib.Path) -> HomeAssistant:
    """Start Home Assistant with the user interface and nothing else; all it needs is installed."""
    bootstrap.DEFAULT_INTEGRATIONS.clear()
    hass = await bootstrap.async_setup_hass(RuntimeConfig(config_dir=str(config), skip_pip=True))
    require(hass is not None and not hass.config.recovery_mode, "Home Assistant did not start")
    assert hass is not None  # noqa: S101  require has seen to it
    await hass.async_start()
    return hass


async def load(hass: HomeAssistant, folder: pathlib.Path) -> str:
    """Load the integration and begin to add an account; return the version that was loaded."""
    integration = await async_get_integration(hass, DOMAIN)
    require(integration.file_path == folder, f"it was loaded from {integration.file_path}")
    require(await async_setup_component(hass, DOMAIN, {}), "the set-up failed")
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(folder.parent.parent).with_suffix("").parts)
        await hass.async_add_import_executor_job(importlib.import_module, name)
    require(bool(hass.services.async_services_for_domain(DOMAIN)), "there are no actions")
    for category in ("config", "entity", "services", "triggers"):
        texts = await async_get_translations(hass, "en", category, {DOMAIN})
        require(bool(texts), f"there are no texts of {category}")
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    asked = flow["type"] is not FlowResultType.ABORT or flow["reason"] == "missing_credentials"
    require(asked, f"no account can be added: {flow.get('reason')}")
    return str(integration.version)


async def run(config: pathlib.Path) -> int:
    """Print what was loaded, or what is wrong; return the exit code."""
    try:
        hass = await start(config)
        version = await load(hass, config / "custom_components" / DOMAIN)
    except LoadError as err:
        print(err)
        return 1
    except Exception as err:  # noqa: BLE001  whatever a broken integration raises
        traceback.print_exc()
        print(f"{type(err).__name__}: {err}")
        return 1
    await hass.async_stop(force=True)
    print(f"{version}")
    return 0


if __name__ == "__main__":
    code = asyncio.run(run(pathlib.Path(sys.argv[1]).resolve()))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a failed start leaves threads behind that would never end
