"""Run Home Assistant with an account of a simulated Xbox network, only on this machine.

The demo prepares everything, signs the account in and adds friends as a browser does, and prints
the address to open. Ctrl-C ends it. The data are stored in .demo/; delete that folder to start from
scratch.
"""

import argparse
import asyncio
import contextlib
import fcntl
import os
import pathlib
import signal
import sys
import tempfile
import time
from collections.abc import Iterator

import aiohttp
from yarl import URL

from tests.simulator import PUBLIC_CLIENT_ID

from . import play_history
from .check import comparison
from .dashboard import views
from .home_assistant import config_folder, friend_dialog
from .home_assistant.client import HomeAssistant
from .home_assistant.devices import people
from .home_assistant.sign_in import entries, loaded_entry, sign_in
from .processes import ROOT, Child, DemoError, free_port, require_port

FOLDER = ROOT / ".demo"
LOCK = ROOT / ".demo.lock"
RESTART = 100  # exit code with which Home Assistant requests a restart
CHECK_SECONDS = 420
REGISTRY_UPDATED = "entity_registry_updated"
# Seconds between the steps of the simulated people. The network has rate limits: at the faster
# pace, some changes are seen late after a while. The check ends before that.
PACE, CHECK_PACE = 12, 3


class Demo:
    """The processes of the simulator and of Home Assistant."""

    def __init__(
        self, folder: pathlib.Path, port: int, simulator_port: int, pace: float = PACE
    ) -> None:
        """Store the folder and the ports. Nothing is started."""
        self.folder = folder
        self.pace = pace
        self.url = URL.build(scheme="http", host="127.0.0.1", port=port)
        self.simulator_url = URL.build(scheme="http", host="127.0.0.1", port=simulator_port)
        self.home = Child("Home Assistant", folder / "home-assistant.out")
        self.simulator = Child("the simulator", folder / "simulator.out")

    async def start(self) -> None:
        """Start both. Home Assistant needs the simulator only for the sign-in."""
        redirect = self.url / "auth/external/callback"
        options = (
            *("--port", str(self.simulator_url.port)),
            *("--interval", str(self.pace)),
            *("--redirect", str(redirect)),
        )
        await self.simulator.start("tests.simulator", *options)
        await self._start_home_assistant()

    async def stop(self) -> None:
        """Stop both. Home Assistant is first, because it sends requests to the simulator."""
        await self.home.stop()
        await self.simulator.stop()

    async def open(self) -> None:
        """Sign the account in, and add its friends and their play time, unless already done."""
        async with HomeAssistant(self.url) as home:
            await home.connect(self.home)
            self.simulator.check()
            if await entries(home):
                return
            await sign_in(home, "adult")
            await friend_dialog.add(home, (await loaded_entry(home))["entry_id"])
        await self.home.stop()
        play_history.write(self.folder)
        await self._start_home_assistant()
        async with HomeAssistant(self.url) as home:
            await home.connect(self.home)
            await loaded_entry(home)
            persons = await people(home)
            await play_history.import_statistics(home, persons)
            await play_history.set_limits(home, persons)

    async def show(self, home: HomeAssistant) -> None:
        """Write the dashboard."""
        await home.connect(self.home)
        await loaded_entry(home)
        await views.show(home)

    async def watch(self) -> None:
        """Wait for a problem. Raises DemoError when a process ends or the folder is deleted."""
        while True:
            self.simulator.check()
            if not (self.folder / config_folder.MARK).exists():
                raise DemoError(f"the demo's folder {self.folder} was deleted: start it again")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    if await self.home.ended() != RESTART:
                        self.home.check()
                    print("Home Assistant restarts", flush=True)
                    await self._start_home_assistant()

    async def _start_home_assistant(self) -> None:
        await self.home.start(
            "xbox_dev.demo.home_assistant", str(self.folder), str(self.simulator_url)
        )


async def update_dashboard(demo: Demo) -> None:
    """Update the dashboard after each new account and each changed limit."""
    while True:
        with contextlib.suppress(DemoError, OSError, TimeoutError):
            async with HomeAssistant(demo.url) as home:
                await home.connect(demo.home)
                for event_type in (REGISTRY_UPDATED, "state_changed"):
                    await home.command("subscribe_events", event_type=event_type)
                while True:
                    shown = await views.show(home)
                    while (event := await home.event())["event_type"] != REGISTRY_UPDATED:
                        if event["data"]["entity_id"] in shown:
                            break
        await asyncio.sleep(2)


async def run(demo: Demo) -> None:
    """Run the demo until it is stopped."""
    started = time.monotonic()
    print("Starting the simulated network and Home Assistant …", flush=True)
    await demo.start()
    await demo.open()
    async with HomeAssistant(demo.url) as home:
        await demo.show(home)
    print(
        f"\n  Home Assistant with the simulated Xbox network: {demo.url}"
        f"\n  (ready after {time.monotonic() - started:.0f} s; no sign-in is needed on this"
        " machine; Ctrl-C ends it)"
        "\n  More friends, more accounts: Settings > Devices & services > Xbox Network"
        f"\n  The client ID of an application without a secret: {PUBLIC_CLIENT_ID}\n",
        flush=True,
    )
    page = asyncio.create_task(update_dashboard(demo))
    try:
        await demo.watch()
    finally:
        page.cancel()


async def run_check(demo: Demo) -> None:
    """Start the demo, compare Home Assistant with the network, and end."""
    started = time.monotonic()
    await demo.start()
    async with asyncio.timeout(CHECK_SECONDS), HomeAssistant(demo.url) as home:
        await demo.open()
        await demo.show(home)
        print(f"Signed in and loaded after {time.monotonic() - started:.1f} s", flush=True)
        status, page = await home.bytes("/")
        if status != 200 or b"<home-assistant" not in page:
            raise DemoError(f"Home Assistant's page does not answer ({status})")
        await comparison.examine(home, demo.simulator_url, demo.home)
        await examine_ways(home)
    print(f"demo --check: ok ({time.monotonic() - started:.1f} s)")


async def examine_ways(home: HomeAssistant) -> None:
    """Add a second account in each of the three ways, and remove it again. Raises DemoError."""
    for way in ("by_code", "by_browser", "own_application"):
        started = time.monotonic()
        entry_id = await sign_in(home, "alone", way)
        print(f"Signed in {way}: {time.monotonic() - started:.1f} s", flush=True)
        await home.request("DELETE", f"api/config/config_entries/entry/{entry_id}")


@contextlib.contextmanager
def locked(url: URL) -> Iterator[None]:
    """Lock the demo's folder. Raises DemoError if another demo is running."""
    with LOCK.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise DemoError(f"the demo is running already: {file.read().strip()}") from None
        file.truncate(0)
        file.write(f"{url} (process {os.getpid()})\n")
        file.flush()
        yield


async def supervise(demo: Demo, checking: bool) -> None:
    """Run until done, until Ctrl-C or SIGTERM, or until an error. Stop all processes."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if task is not None:
            loop.add_signal_handler(number, task.cancel)
    try:
        await (run_check(demo) if checking else run(demo))
    except (DemoError, OSError, aiohttp.ClientError) as err:
        logs = demo.simulator.tail() + demo.home.tail()
        advice = "" if checking else f"\nTo start from scratch: rm -r {demo.folder}"
        raise DemoError(f"{str(err) or type(err).__name__}{logs}{advice}") from None
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)
        await demo.stop()


def start(arguments: argparse.Namespace) -> None:
    """Prepare the folder and the ports, then run."""
    if arguments.check:
        with tempfile.TemporaryDirectory(prefix="xbox-network-demo-") as name:
            demo = Demo(pathlib.Path(name), free_port(), free_port(), CHECK_PACE)
            config_folder.prepare(demo.folder, demo.url.port or 0)
            asyncio.run(supervise(demo, checking=True))
        return
    url = URL.build(scheme="http", host="127.0.0.1", port=arguments.port)
    if arguments.port == arguments.simulator_port:
        raise DemoError(f"port {arguments.port} cannot serve both: give two ports")
    with locked(url):
        require_port(arguments.port, "--port")
        require_port(arguments.simulator_port, "--simulator-port")
        config_folder.prepare(FOLDER, arguments.port)
        asyncio.run(supervise(Demo(FOLDER, arguments.port, arguments.simulator_port), False))


def port(text: str) -> int:
    """Return a port number, for argparse."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is no port")
    return int(text)


def main() -> int:
    """Run the demo. Return 1 if it fails."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--port", type=port, default=8123, help="port of Home Assistant (8123)")
    parser.add_argument(
        "--simulator-port", type=port, default=8124, help="port of the simulator (8124)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="start on free ports, compare Home Assistant with the network, and end",
    )
    arguments = parser.parse_args()
    try:
        start(arguments)
    except DemoError as err:
        print(f"demo: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt, asyncio.CancelledError:
        print("demo: stopped")
        return 1 if arguments.check else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
