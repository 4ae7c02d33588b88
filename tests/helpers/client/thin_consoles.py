"""Answers about consoles that say little, and what refreshes show."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox.consoles.console import ConsoleSnapshot
from custom_components.xbox_network.xbox.consoles.observer import ConsolesObserver

type Change = Callable[[Any], Any]


def put(value: Any, *path: str | int) -> Change:
    """Return a change that puts a value at a place of an answer."""

    def change(answer: Any) -> None:
        *parents, key = path
        for it in parents:
            answer = answer[it]
        answer[key] = value

    return change


def drop(*path: str | int) -> Change:
    """Return a change that takes out what is at a place of an answer."""

    def change(answer: Any) -> None:
        *parents, key = path
        for it in parents:
            answer = answer[it]
        del answer[key]

    return change


def _both_ways(*path: str | int) -> list[Change]:
    return [put(None, *path), drop(*path)]


def only(*kept: str) -> Change:
    """Return a change that leaves only these fields."""
    return lambda answer: {name: answer[name] for name in kept}


STATUSES = {
    "unknown": put("Unknown", "powerState"),
    "undocumented": put("Dreaming", "powerState"),
    "empty power": put("", "powerState"),
    "power of another kind": put([], "powerState"),
    "no power": drop("powerState"),
    "unknown and nothing else": lambda it: {"status": it["status"], "powerState": "Unknown"},
    "on and nothing else": only("status", "powerState"),
    "no app": drop("focusAppAumid"),
    "null app": put(None, "focusAppAumid"),
    "empty app": put("", "focusAppAumid"),
    "blank app": put(" \u200b", "focusAppAumid"),
    "app of another kind": put({}, "focusAppAumid"),
    "no playback": drop("playbackState"),
    "null playback": put(None, "playbackState"),
    "unknown playback": put("Unknown", "playbackState"),
    "undocumented playback": put("Rewinding", "playbackState"),
    "no television": drop("isTvConfigured"),
    "television of another kind": put("maybe", "isTvConfigured"),
    "no remote features": drop("remoteManagementEnabled"),
    "null remote features": put(None, "remoteManagementEnabled"),
}
LISTS_THIN = {
    "empty": put([], "result"),
    "null": put(None, "result"),
    "of another kind": put("odd", "result"),
    "without the first": drop("result", 0),
    "without the last": drop("result", 1),
    "one unreadable": put("odd", "result", 0),
    "one without an id": put(None, "result", 0, "id"),
    "all unreadable": put([{}, None], "result"),
    **{
        f"{kind} {name}": change
        for name in ("name", "consoleType", "remoteManagementEnabled", "storageDevices")
        for kind, change in zip(("null", "no"), _both_ways("result", 0, name), strict=True)
    },
    "blank name": put(" \u3164 ", "result", 0, "name"),
    "no disks": put([], "result", 0, "storageDevices"),
    "disks of another kind": put("odd", "result", 0, "storageDevices"),
    "one disk": drop("result", 0, "storageDevices", 1),
    "an unreadable disk": put(7, "result", 0, "storageDevices", 0),
    "a disk without an id": put("", "result", 0, "storageDevices", 0, "storageDeviceId"),
    "a disk without a name": put("...", "result", 0, "storageDevices", 0, "storageDeviceName"),
    "a disk without free space": drop("result", 0, "storageDevices", 0, "freeSpaceBytes"),
    "a disk without a size": put("much", "result", 0, "storageDevices", 0, "totalSpaceBytes"),
}
APPS_THIN = {
    "empty": put([], "result"),
    "null": put(None, "result"),
    "of another kind": put({}, "result"),
    "shortened": drop("result", 0),
    "an unreadable item": put("odd", "result", 0),
    "all unreadable": lambda it: {**it, "result": ["odd"] * len(it["result"])},
    **{
        f"without {name}": put(None, "result", 0, name)
        for name in (
            *("oneStoreProductId", "titleId", "aumid", "name", "contentType", "isGame"),
            "uniqueId",
        )
    },
    "blank name": put("\u2800", "result", 0, "name"),
}


def steady(consoles: dict[str, ConsoleSnapshot]) -> dict[str, ConsoleSnapshot]:
    """Return what a single odd answer must not change."""
    return {
        it: replace(console, fresh=True, remote_features_off=False)
        for it, console in consoles.items()
    }


async def looks(
    consoles_observer: ConsolesObserver, freezer: FrozenDateTimeFactory, seconds: float
) -> list[dict[str, ConsoleSnapshot]]:
    """Return what each refresh shows, for some seconds."""
    seen = [await consoles_observer.refresh()]
    while (wait := consoles_observer.seconds_until_refresh) <= seconds:
        seconds -= wait
        freezer.tick(wait)
        seen.append(await consoles_observer.refresh())
    freezer.tick(seconds)
    return seen
