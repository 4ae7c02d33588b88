"""Privacy: personal data and secrets that must not be in log lines or diagnostics."""

import logging
from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry

from tests.simulator import CLIENT_ID, CLIENT_SECRET, Simulator

# The dot excludes Home Assistant's own lines, which have an entry's title in them.
_OWN = "custom_components.xbox_network."
_TOKENS = ("EwAo", "M.C5xx_BAY", "eyJlbmMi", "XBL3.0", CLIENT_SECRET)
# Home Assistant switches aiohttp's access log off, its websocket logs all messages to a browser,
# and the last logger belongs to the test fixtures.
_NOT_OURS = (
    "aiohttp.access",
    "homeassistant.components.websocket_api",
    "pytest_homeassistant_custom_component",
)


def personal(simulator: Simulator) -> set[str]:
    """Return all texts that identify a person or a console of the simulated world."""
    values: set[str] = set()
    for person in simulator.world.people.values():
        values |= {
            person.xuid,
            person.gamertag,
            person.modern_gamertag,
            person.unique_gamertag,
            person.real_name,
            person.picture,
            person.bio,
            person.location,
        }
    for console in simulator.world.consoles.values():
        values |= {console.console_id, *(disk.storage_id for disk in console.storage)}
        if len(console.name) > 4:  # a shorter one is part of other words
            values.add(console.name)
    return values - {""}


def secrets(entry: ConfigEntry) -> set[str]:
    """Return all tokens of an entry and its client, and the app's credentials."""
    chain = entry.runtime_data.client.auth
    values = {str(value) for value in entry.data["token"].values() if len(str(value)) > 12}
    for token in (chain.user_token, chain.xsts_token):
        values |= {token.token, token.userhash}
    return values | {CLIENT_SECRET, CLIENT_ID}


def found_in(text: str, words: Iterable[str]) -> set[str]:
    """Return the words that a text contains."""
    lowered = text.casefold()
    return {word for word in words if word.casefold() in lowered}


def leaks_in_logs(records: Iterable[logging.LogRecord], simulator: Simulator) -> list[str]:
    """Return the log lines with tokens, and our own lines with personal data."""
    people = personal(simulator)
    formatter = logging.Formatter()
    return [
        f"{record.name}: {line}"
        for record in records
        if not record.name.startswith(_NOT_OURS)
        and (line := formatter.format(record))
        and (found_in(line, _TOKENS) or (record.name.startswith(_OWN) and found_in(line, people)))
    ]


def tracebacks(records: Iterable[logging.LogRecord]) -> list[str]:
    """Return the log lines with a traceback."""
    return [
        f"{record.name}: {record.getMessage()}"
        for record in records
        if record.exc_info
        and record.levelno >= logging.ERROR
        and not record.name.startswith(_NOT_OURS)
    ]
