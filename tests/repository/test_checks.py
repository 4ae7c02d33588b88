"""Tests of the lint's own checks: keys that the code uses and `en.json` lacks, in every folder."""

import copy
from dataclasses import replace

import pytest

from xbox_dev.checks.code import check_code
from xbox_dev.checks.files import ROOT, Files, Tree, read, subtree


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


def test_quality_scale_shows() -> None:
    """Each rule that is done names what shows it: a page, a module of the integration or a path that exists."""
    folder = ROOT / "custom_components/xbox_network"
    lines = (folder / "quality_scale.yaml").read_text().splitlines()
    done = [line for line in lines if ": done" in line]
    assert len(done) > 40
    for line in done:
        _, _, shown = line.partition(" # ")
        assert shown, line
        for path in shown.split(", "):
            name = path.partition("#")[0]
            assert (folder / name).exists() or (ROOT / name).exists(), line
