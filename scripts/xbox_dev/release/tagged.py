"""The tag of a release, and the tree that it stands for."""

import pathlib
import subprocess
from collections.abc import Iterator


def git(root: pathlib.Path, *arguments: str) -> str:
    """Return what git says, nothing if it fails."""
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    return "" if done.returncode else done.stdout.strip()


def check_tag(root: pathlib.Path, tag: str, version: str) -> Iterator[str]:
    """Yield why a tag is none for this version and this tree."""
    if changes := git(root, "status", "--porcelain").splitlines():
        yield f"the tree is dirty: {', '.join(line.split()[-1] for line in changes)}"
    if tag.removeprefix("v") != version:
        yield f"the tag {tag} is not the version in manifest.json, {version}"
    commit = git(root, "rev-parse", "--verify", f"refs/tags/{tag}^{{commit}}")
    if not commit:
        yield f"there is no tag {tag}"
    elif commit != git(root, "rev-parse", "HEAD"):
        yield f"the tag {tag} stands at another commit, {commit[:12]}"
