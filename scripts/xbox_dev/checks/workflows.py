"""Checks that the actions of the workflows are pinned: a tag can be moved, a hash cannot."""

import re
from collections.abc import Iterator

from .files import Files

USES = re.compile(r"^\s*(?:- )?uses: (\S+)(.*)$", re.MULTILINE)
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")
# Their makers want these branches: both run an image that changes with what is checked.
BY_BRANCH = {"hacs/action@main", "home-assistant/actions/hassfest@master"}


def check_workflows(files: Files) -> Iterator[str]:
    """Yield actions of others that are not pinned by a hash, with the version beside it."""
    for path in sorted((files.root / ".github" / "workflows").glob("*.yml")):
        for action, comment in USES.findall(path.read_text()):
            if action.startswith("./") or action in BY_BRANCH:
                continue
            if not PINNED.fullmatch(action) or not re.fullmatch(r" # v[\d.]+", comment):
                yield f"{path.name}: {action} is not pinned as action@hash # version"
