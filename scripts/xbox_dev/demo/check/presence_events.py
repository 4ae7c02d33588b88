"""The changes of people between online and offline, as the simulated network announces them."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
from yarl import URL

PROTOCOL = "rta.xboxlive.com.V2"
DEVICES = "https://userpresence.xboxlive.com/users/xuid({})/devices"


async def online_changes(
    session: aiohttp.ClientSession, url: URL, headers: dict[str, str], xuids: Sequence[str]
) -> AsyncIterator[tuple[str, bool]]:
    """Yield the xuid of each changed person, and True for online."""
    all_devices = [_Devices(xuid) for xuid in xuids]
    async with session.ws_connect(url, protocols=(PROTOCOL,), headers=headers) as socket:
        for number, it in enumerate(all_devices):
            await socket.send_json([1, number, DEVICES.format(it.xuid)])
        async for message in socket:
            frame = message.json()
            for number, it in enumerate(all_devices):
                before = bool(it.devices)
                known = it.subscription is not None
                it.apply(number, frame)
                if known and before != bool(it.devices):
                    yield it.xuid, not before


class _Devices:
    """The devices on which a person is signed in."""

    def __init__(self, xuid: str) -> None:
        self.xuid = xuid
        self.subscription: int | None = None
        self.devices: set[str] = set()

    def apply(self, number: int, frame: list[Any]) -> None:
        """Apply a frame: the first answer, or a device that signs in or out."""
        match frame:
            case [1, seq, 0, int(subscription), dict(record)] if seq == number:
                self.subscription = subscription
                self.devices = {item["type"] for item in record.get("devices", [])}
            case [3, subscription, str(event)] if subscription == self.subscription:
                device, _, signed_in = event.partition(":")
                (self.devices.add if signed_in == "true" else self.devices.discard)(device)
