"""Measure the cost and the speed for one account, and compare them with the targets.

Home Assistant and the simulator run in one process, over real sockets. Loading and push take real
time; an hour takes seconds, because idle time is skipped. The exit status is 1 if a target is
missed.
"""

import conftest  # noqa: F401  must come before other imports of Home Assistant

# isort: split
import argparse
import json
import sys

from .report import as_dict, as_text
from .suite import be_quiet, measure
from .targets import verdicts


def main() -> int:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    be_quiet()
    figures = measure()
    results = verdicts(figures)
    print(
        json.dumps(as_dict(figures, results), indent=2) if args.json else as_text(figures, results)
    )
    return 0 if all(verdict.ok for verdict in results) else 1


if __name__ == "__main__":
    sys.exit(main())
