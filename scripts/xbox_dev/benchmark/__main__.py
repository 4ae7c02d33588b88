"""Count what one account costs and how fast it is, and compare that with the targets of the design.

Home Assistant runs in one process with the simulator, over real sockets. Loading and push take real
time; an hour takes seconds, because time that nobody uses is skipped. The exit status is 1 if a target
is missed.
"""

import conftest  # noqa: F401  Home Assistant first, with what its test plugin misses in it

# isort: split
import argparse
import json
import sys

from .report import as_dict, as_text
from .suite import be_quiet, measure
from .targets import verdicts


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    be_quiet()
    figures = measure()
    found = verdicts(figures)
    print(json.dumps(as_dict(figures, found), indent=2) if args.json else as_text(figures, found))
    return 0 if all(verdict.ok for verdict in found) else 1


if __name__ == "__main__":
    sys.exit(main())
