"""Deletes the files of a removed account, and those that a removal has left behind."""

import contextlib
import logging
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, HassJob, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import STORAGE_DIR

from ..const import DOMAIN
from .base import RETRY_SECONDS, account_file, account_key
from .caches import CacheKind
from .disk import delete, files
from .playtime import File, forget_allowances

_LOGGER = logging.getLogger(__name__)

# Play time and limits of no account are deleted after this time: Home Assistant may have lost its list of accounts.
_GRACE_SECONDS: Final = 30 * 86400.0


async def remove_files(hass: HomeAssistant, owner: str) -> None:
    """Delete all files of an account, by its xuid, and what Home Assistant tells about them."""
    forget_allowances(hass, owner)
    for suffix in (*File, *CacheKind, None):
        with contextlib.suppress(OSError):  # `_delete_rest` tries again
            await account_file(hass, owner, suffix).remove()
    _delete_issues(hass, account_key(owner))
    await _delete_rest(hass, account_key(owner))


async def remove_orphans(hass: HomeAssistant) -> None:
    """Delete files that belong to no account: a removal or a sign-in has broken off."""
    long_ago = time.time() - _GRACE_SECONDS
    await hass.async_add_executor_job(_delete_orphans, _folder(hass), _accounts(hass), long_ago)


async def _delete_rest(hass: HomeAssistant, account: str) -> None:
    if await hass.async_add_executor_job(_delete_account, _folder(hass), account):
        return
    _LOGGER.warning("Files of a removed account cannot be deleted. This is tried again")

    async def again(_: datetime) -> None:
        if account not in _accounts(hass):
            await _delete_rest(hass, account)

    job = HassJob(again, f"{DOMAIN} removal", cancel_on_shutdown=True)
    async_call_later(hass, RETRY_SECONDS, job)


@callback
def _delete_issues(hass: HomeAssistant, account: str) -> None:
    """Delete Home Assistant's own repair issues about files of an account."""
    about = f"storage_corruption_{DOMAIN}.{account}"
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == HOMEASSISTANT_DOMAIN and issue_id.startswith(about):
            ir.async_delete_issue(hass, domain, issue_id)


def _folder(hass: HomeAssistant) -> Path:
    return Path(hass.config.path(STORAGE_DIR))


def _accounts(hass: HomeAssistant) -> set[str]:
    return {account_key(str(it.unique_id)) for it in hass.config_entries.async_entries(DOMAIN)}


def _delete_account(folder: Path, account: str) -> bool:
    """Delete what is left of an account, and return whether that succeeded."""
    succeeded = True
    for path in [path for key, _, path in files(folder) if key == account]:
        try:
            delete(path)
        except OSError:
            succeeded = False
    return succeeded


def _delete_orphans(folder: Path, accounts: Collection[str], long_ago: float) -> None:
    for account, suffix, path in list(files(folder)):
        if account in accounts:
            continue
        with contextlib.suppress(OSError):
            if suffix.partition(".")[0] not in File or path.lstat().st_mtime < long_ago:
                delete(path)
