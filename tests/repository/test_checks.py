"""Tests of the lint's own checks: keys that the code uses and `en.json` lacks, in every folder."""

import copy
from dataclasses import replace

import pytest

from xbox_dev.checks.code import check_code
from xbox_dev.checks.files import Files, Tree, read, subtree


@pytest.fixture(name="files", scope="module")
def files_fixture() -> Files:
    """Return the files of the repository."""
    return read()


def without(tree: Tree, *path: str) -> Tree:
    """Return a copy of a tree without the value at a path."""
    changed = copy.deepcopy(tree)
    del subtree(changed, *path[:-1])[path[-1]]
    return changed


def test_clean(files: Files) -> None:
    """The repository has no findings."""
    assert list(check_code(files)) == []


@pytest.mark.parametrize(
    "path",
    [
        ("exceptions", "achievements_nothing_played"),
        ("exceptions", "launch_what"),
        ("exceptions", "bonus_without_limit"),
        ("entity", "sensor", "gamerscore"),
        ("entity", "sensor", "playtime_today"),
        ("entity", "button", "reboot"),
        ("issues", "consoles_refused"),
        ("config", "abort", "no_identity"),
    ],
    ids=".".join,
)
def test_missing_text(files: Files, path: tuple[str, ...]) -> None:
    """A missing text is reported, whichever module uses its key."""
    findings = list(check_code(replace(files, english=without(files.english, *path))))
    assert any(path[-1] in finding for finding in findings), findings


def test_other_placeholders(files: Files) -> None:
    """A placeholder that the code does not fill is reported."""
    english = copy.deepcopy(files.english)
    subtree(english, "exceptions", "period_too_long")["message"] = "At most {weeks} weeks."
    findings = list(check_code(replace(files, english=english)))
    assert any("period_too_long" in finding for finding in findings), findings
