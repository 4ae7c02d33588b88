"""Run the simulator by itself: `python -m tests.simulator --port 8900`."""

import argparse
import asyncio
import os
import signal
import sys

from . import Simulator, add_consoles, add_guests, demo_script, install_games

_GAMES = 40


async def _run(args: argparse.Namespace) -> int:
    simulator = Simulator()
    simulator.delay = args.delay
    simulator.entra.plays_pages = True
    for address in args.redirect:
        simulator.entra.register_redirect(address)
    add_guests(simulator.world)
    den, _ = add_consoles(simulator.world)
    install_games(den, _GAMES)
    try:
        await simulator.start(args.port)
    except OSError as err:
        print(
            f"The simulator can't use port {args.port}: {os.strerror(err.errno or 0)}",
            file=sys.stderr,
        )
        return 1
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(simulator.url, flush=True)
    play = asyncio.create_task(demo_script(simulator.world, args.seed, args.interval))
    await stop.wait()
    play.cancel()
    await asyncio.gather(play, return_exceptions=True)
    await simulator.stop()
    return 0


def main() -> int:
    """Serve until SIGINT or SIGTERM. Return 1 if the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the people's random play")
    parser.add_argument(
        "--interval", type=float, default=10.0, help="seconds between two steps of the play"
    )
    parser.add_argument("--delay", type=float, default=0.0, help="seconds added to each answer")
    parser.add_argument(
        "--redirect",
        action="append",
        default=[],
        help="a further redirect address of the application without a secret",
    )
    return asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
