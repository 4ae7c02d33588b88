"""Run all checks: `python -m xbox_dev.checks [ROOT]`."""

import pathlib
import sys
from collections.abc import Callable, Iterator

from .address import check_address, check_owners
from .code import check_code
from .files import ROOT, Files, read
from .icons import check_actions, check_icons
from .manifest import check_hacs, check_manifest, check_pictures, check_quality_scale
from .texts import check_texts
from .workflows import check_workflows

CHECKS: list[Callable[[Files], Iterator[str]]] = [
    check_manifest,
    check_hacs,
    check_pictures,
    check_quality_scale,
    check_texts,
    check_icons,
    check_actions,
    check_code,
    check_address,
    check_owners,
    check_workflows,
]


def main() -> int:
    """Print all problems. Return 1 if there are any."""
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    try:
        files = read(root)
    except Exception as err:  # noqa: BLE001  Home Assistant's YAML and json raise many kinds
        print(f"  {err}")
        return 1
    problems = [problem for check in CHECKS for problem in check(files)]
    for problem in problems:
        print(f"  {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
