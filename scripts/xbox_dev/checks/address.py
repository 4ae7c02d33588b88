"""Checks that the repository's address and its owners are the same everywhere.

The one place is manifest.json: `documentation` is the address, `codeowners` are the owners.
"""

import pathlib
import re
from collections.abc import Iterator
from urllib.parse import unquote

from .files import Files

FOLDERS = (".github", "blueprints", "custom_components", "docs", "scripts", "tests")
PLACES = ["*", *(f"{folder}/**/*" for folder in FOLDERS)]
ENDINGS = {"", ".cfg", ".js", ".json", ".md", ".py", ".toml", ".yaml", ".yml"}
AT_GITHUB = re.compile(r"(?:github|raw\.githubusercontent)\.com/([\w.-]+)/([\w.-]*\w)")
IN_LINK = re.compile(r"[?&]owner=([\w.-]+)&repository=([\w.-]+)")
# whose repositories may be named, too
OTHERS = {"home-assistant"}


def check_address(files: Files) -> Iterator[str]:
    """Yield addresses at GitHub that are not the repository's."""
    address = str(files.manifest.get("documentation"))
    tracker = f"{address}/issues"
    if files.manifest.get("issue_tracker") != tracker:
        yield f"manifest.json: issue_tracker is not {tracker}"
    if not (ours := AT_GITHUB.search(address)):
        yield f"manifest.json: documentation is no address at GitHub: {address}"
        return
    for path in _texts(files.root):
        text = unquote(path.read_text(errors="replace"))
        for found in {*AT_GITHUB.findall(text), *IN_LINK.findall(text)} - {ours.groups()}:
            if found[0] not in OTHERS:
                name = path.relative_to(files.root)
                yield f"{name}: {'/'.join(found)} is not the address in manifest.json, {address}"


def check_owners(files: Files) -> Iterator[str]:
    """Yield a difference between CODEOWNERS and manifest.json."""
    path = files.root / ".github" / "CODEOWNERS"
    lines = path.read_text().splitlines() if path.exists() else []
    [*_, owners] = [line.split()[1:] for line in lines if line.startswith("* ")] or [[]]
    if owners != files.manifest.get("codeowners"):
        yield f"CODEOWNERS: {owners} are not the owners in manifest.json"


def _texts(root: pathlib.Path) -> list[pathlib.Path]:
    found = {path for place in PLACES for path in root.glob(place)}
    return sorted(it for it in found if it.suffix in ENDINGS and it.is_file())
