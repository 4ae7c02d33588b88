"""Who comes online and goes offline, as the simulated network announces it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
from yarl import URL

PROTOCOL = "rta.xboxlive.com.V2"
DEVICES = "https://userpresence.xboxlive.com/users/xuid({})/devices"


async def comings_and_goings(
    session: aiohttp.ClientSession, url: URL, headers: dict[str, str], xuids: Sequence[str]
) -> AsyncIterator[tuple[str, bool]]:
    """Yield whom it concerns, and True for online."""
    everybody = [_Devices(xuid) for xuid in xuids]
    async with session.ws_connect(url, protocols=(PROTOCOL,), headers=headers) as socket:
        for number, it in enumerate(everybody):
            await socket.send_json([1, number, DEVICES.format(it.xuid)])
        async for message in socket:
            frame = message.json()
            for number, it in enumerate(everybody):
                before = bool(it.devices)
                known = it.subscription is not None
                it.take(number, frame)
                if known and before != bool(it.devices):
                    yield it.xuid, not before


class _Devices:
    """The devices that a person is signed in on."""

    def __init__(self, xuid: str) -> None:
        self.xuid = xuid
        self.subscription: int | None = None
        self.devices: set[str] = set()

    def take(self, number: int, frame: list[Any]) -> None:
        """Take what a frame says about them: how it is at first, or one that comes or goes."""
        match frame:
            case [1, asked, 0, int(subscription), dict(record)] if asked == number:
                self.subscription = subscription
                self.devices = {item["type"] for item in record.get("devices", [])}
            case [3, subscription, str(event)] if subscription == self.subscription:
                device, _, here = event.partition(":")
                (self.devices.add if here == "true" else self.devices.discard)(device)
