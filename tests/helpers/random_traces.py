"""Random traces of a property test: how many, and the seed of each."""

import os
import random
from collections.abc import Iterator

TRACES = int(os.environ.get("XBOX_NETWORK_TRACES", "200"))


def random_traces(name: str, part: int = 0, parts: int = 1) -> Iterator[random.Random]:
    """Yield a source of random numbers for each trace of one part of a test, and print its seed.

    The seed of the last trace printed is that of a failure; `XBOX_NETWORK_SEED=<seed>` plays it alone.
    A test of several parts is parametrized, so that its parts run side by side.
    """
    if seed := os.environ.get("XBOX_NETWORK_SEED"):
        yield _seeded(seed)
        return
    start = os.environ.get("XBOX_NETWORK_FIRST_SEED", "1")
    for number in range(part, TRACES, parts):
        yield _seeded(f"{name} {int(start) + number}")
    print(f"{name}: {len(range(part, TRACES, parts))} traces passed (part {part + 1} of {parts})")


def _seeded(seed: str) -> random.Random:
    print(f"trace: {seed}")
    return random.Random(seed)
