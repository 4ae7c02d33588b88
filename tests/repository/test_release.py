"""What `scripts/release-check` and `scripts/lint` say about files that do not agree."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from awesomeversion import AwesomeVersion

from xbox_dev.checks.address import check_address, check_owners
from xbox_dev.checks.files import ROOT, read
from xbox_dev.checks.workflows import check_workflows
from xbox_dev.release import pins
from xbox_dev.release.__main__ import problems
from xbox_dev.release.archive import unpack, write_archive, write_notes

INTEGRATION = "custom_components/xbox_network"
FILES = [
    ".github/CODEOWNERS",
    ".github/ISSUE_TEMPLATE/problem.yml",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "hacs.json",
    "requirements_test.txt",
    f"{INTEGRATION}/manifest.json",
    f"{INTEGRATION}/minimum_version.py",
    "blueprints/automation/xbox_network/game_lights.yaml",
]
VERSION = json.loads((ROOT / INTEGRATION / "manifest.json").read_text())["version"]
NEXT = str(AwesomeVersion(f"{int(VERSION.split('.')[0]) + 1}.0.0"))
OTHER = "somebody"  # in links that are put together here, as this file is checked, too

type Edit = Callable[[Path], None]


def git(folder: Path, *arguments: str) -> None:
    """Run git as somebody."""
    somebody = ("-c", "user.name=Nova", "-c", "user.email=nova@example.com")
    subprocess.run(["git", *somebody, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with what a release is made of, at the tag of its version."""
    folder = tmp_path / "repository"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "all")
    git(folder, "tag", f"v{VERSION}")
    return folder


def replaced(name: str, old: str, new: str) -> Edit:
    """Return an edit of a file, which has to change it."""

    def edit(folder: Path) -> None:
        text = (folder / name).read_text()
        assert re.search(old, text)
        (folder / name).write_text(re.sub(old, new, text))

    return edit


def written(name: str, text: str) -> Edit:
    """Return an edit that adds a file."""

    def edit(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    return edit


def committed(edit: Edit) -> Edit:
    """Return an edit that is committed, and tagged with the next version."""

    def edit_and_commit(folder: Path) -> None:
        edit(folder)
        git(folder, "commit", "--quiet", "--all", "--message", "edited")
        git(folder, "tag", f"v{NEXT}")

    return edit_and_commit


def nothing(folder: Path) -> None:
    """Edit nothing."""


def test_agree() -> None:
    """The files of this repository agree."""
    files = read()
    assert [*problems(files, None), *check_address(files), *check_owners(files)] == []
    assert list(check_workflows(files)) == []


NEXT_MANIFEST = replaced(
    f"{INTEGRATION}/manifest.json", f'"version": "{VERSION}"', f'"version": "{NEXT}"'
)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (NEXT_MANIFEST, f"CHANGELOG.md: nothing about {NEXT}, "),
        (
            replaced(
                "CHANGELOG.md",
                f"## {re.escape(VERSION)}",
                f"## {NEXT} - 2030-01-01\n\nMore.\n\n## {VERSION}",
            ),
            f"CHANGELOG.md: {NEXT} stands below {VERSION}, ",
        ),
        (
            replaced("CHANGELOG.md", "### Changed", "### Broken"),
            "CHANGELOG.md: Unreleased: 'Broken' ",
        ),
        (
            replaced("CHANGELOG.md", "## Unreleased", "## Tomorrow"),
            "CHANGELOG.md: Tomorrow: neither ",
        ),
        (
            replaced("hacs.json", r"2026\.11\.0", "2026.12.0"),
            f"{INTEGRATION}/minimum_version.py: 2026.11.0 ",
        ),
        (replaced("README.md", r"2026\.11 or later", "2026.10 or later"), "README.md: 2026.10 "),
        (replaced("README.md", r"2026\.11 or later", "newer"), "README.md: does not say "),
        (written("docs/page.md", "if it is older than 2026.9"), "docs/page.md: 2026.9 "),
        (
            replaced(
                "blueprints/automation/xbox_network/game_lights.yaml", "2026.11.0", "2026.8.0"
            ),
            "blueprints/automation/xbox_network/game_lights.yaml: 2026.8.0 ",
        ),
        (
            replaced("requirements_test.txt", "homeassistant==.*", "homeassistant==2026.10.4"),
            "requirements_test.txt: 2026.10.4 is older ",
        ),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_disagree(repository: Path, edit: Edit, expected: str) -> None:
    """What contradicts is named with its file."""
    assert list(problems(read(repository), None)) == []
    edit(repository)
    assert [it for it in problems(read(repository), None) if it.startswith(expected)]


@pytest.mark.parametrize(
    ("edit", "tag", "expected"),
    [
        (nothing, f"v{VERSION}", None),
        (nothing, f"v{NEXT}", f"the tag v{NEXT} is not the version in manifest.json, {VERSION}"),
        (nothing, VERSION, f"there is no tag {VERSION}"),
        (replaced("LICENSE", "MIT", "Other"), f"v{VERSION}", "the tree is dirty: LICENSE"),
        (lambda folder: (folder / "new.txt").touch(), f"v{VERSION}", "the tree is dirty: new.txt"),
        (
            committed(replaced("LICENSE", "MIT", "Other")),
            f"v{VERSION}",
            f"the tag v{VERSION} stands at ",
        ),
        (committed(NEXT_MANIFEST), f"v{NEXT}", f"CHANGELOG.md: nothing about {NEXT}, "),
    ],
    ids=["good", "wrong version", "no tag", "changed", "untracked", "elsewhere", "no section"],
)
def test_tag(repository: Path, edit: Edit, tag: str, expected: str | None) -> None:
    """A release that cannot be made is refused with one line."""
    edit(repository)
    found = list(problems(read(repository), tag))
    assert len(found) == (expected is not None)
    assert all(line.startswith(expected or "") and "\n" not in line for line in found)


def test_archive(repository: Path, tmp_path: Path) -> None:
    """The archive has the integration at its top, as it is committed; the notes are the changelog's."""
    (repository / INTEGRATION / "new.py").touch()
    files = read(repository)
    archive = write_archive(files, tmp_path / "dist")
    write_notes(files, tmp_path / "dist")
    folder = unpack(archive, tmp_path / "config")
    names = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    assert names == {"LICENSE", "manifest.json", "minimum_version.py"}
    notes = (tmp_path / "dist" / "notes.md").read_text()
    assert notes.startswith("The first version" if VERSION == "0.1.0" else "")
    assert "## " not in notes.replace("### ", "")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            replaced(f"{INTEGRATION}/manifest.json", "/issues", "/pulls"),
            ["manifest.json: issue_tracker is not "],
        ),
        (
            written("docs/page.md", f"redirect/hacs_repository/?owner={OTHER}&repository=xbox"),
            ["docs/page.md: somebody/xbox is not "],
        ),
        (
            written("docs/page.md", f"?blueprint_url=https%3A%2F%2Fgithub.com%2F{OTHER}%2Fxbox%2F"),
            ["docs/page.md: somebody/xbox is not "],
        ),
        (replaced(".github/CODEOWNERS", "@xbox", "@nova"), ["CODEOWNERS: ['@nova-network'] "]),
    ],
    ids=["tracker", "link", "blueprint", "owners"],
)
def test_address(repository: Path, edit: Edit, expected: list[str]) -> None:
    """An address or an owner that is another's is found."""
    edit(repository)
    files = read(repository)
    found = [*check_address(files), *check_owners(files)]
    assert len(found) == len(expected)
    assert all(it.startswith(start) for it, start in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- uses: actions/checkout@" + 40 * "a" + " # v6.0.2", 0),
        ("- uses: hacs/action@main", 0),
        ("uses: ./.github/workflows/hacs.yml", 0),
        ("- uses: actions/checkout@v6", 1),
        ("- uses: actions/checkout@" + 40 * "a", 1),
        ("  uses: hacs/action@v2", 1),
    ],
)
def test_workflow(repository: Path, line: str, expected: int) -> None:
    """An action of others is named unless it is pinned, or its makers want a branch."""
    written(".github/workflows/tests.yml", f"steps:\n  {line}\n")(repository)
    assert len(list(check_workflows(read(repository)))) == expected


def test_moved(repository: Path) -> None:
    """After a move each file that has not moved along is named."""
    replaced(f"{INTEGRATION}/manifest.json", "xbox-network/home", "nova/home")(repository)
    found = {it.split(":")[0] for it in check_address(read(repository))}
    assert found >= {"README.md", ".github/ISSUE_TEMPLATE/problem.yml"}


def test_pins() -> None:
    """For another Home Assistant its own pins count, and what it does not know is left out."""
    known = {"zeroconf": "1.0", "pillow": "14.0"}
    wanted = "# why\nhomeassistant==1\nruff\nPillow==13.0\ncronsim==2.7\n" + f"{pins.PLUGIN}==0.1\n"
    assert pins.requirements(wanted, "2027.1.0", known).splitlines() == [
        "# why",
        "homeassistant==2027.1.0",
        "ruff",
        "pillow==14.0",
        f"{pins.PLUGIN}>={pins.OLDEST_PLUGIN}",
    ]
    assert pins.specifier("oldest") == f"homeassistant=={read().hacs['homeassistant']}"
    assert pins.specifier("2027.1.0b1") == "homeassistant==2027.1.0b1"
