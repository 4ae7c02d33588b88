"""Every kind of damage of a stored file: it is read as far as possible, kept if it is valuable, and written again."""

import errno
import json
from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from custom_components.xbox_network.storage.base import AccountFile, WhenNewer
from custom_components.xbox_network.storage.disk import MOST_BYTES
from tests.helpers.damage import KINDS, NEWER, Damage, envelope
from tests.helpers.files import NAME, NEW, OLD, content, kept, mode, write


@pytest.fixture(name="path")
def path_fixture(folder: Path) -> Path:
    """Return the path of a sound file."""
    return write(folder / NAME)


def logged(caplog: pytest.LogCaptureFixture, level: str) -> list[str]:
    """Return the messages of a level."""
    return [it.getMessage() for it in caplog.records if it.levelname == level]


@pytest.mark.parametrize("damage", KINDS, ids=str)
async def test_valuable(
    hass: HomeAssistant, path: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    """A valuable file is kept aside, private and unchanged, before the first write."""
    damage.apply(path)
    before = path.read_bytes() if path.is_file() else None
    file = AccountFile(hass, NAME, valuable=True)
    assert await file.load() == (OLD if damage.salvaged else None)
    assert (file.damaged, file.newer, kept(path)) == (True, False, [])
    [warning] = logged(caplog, "WARNING")
    assert warning.startswith(f"{NAME} is damaged")
    assert warning.endswith(f" {file.aside}")
    assert await file.save(NEW)
    [copy] = kept(path)
    assert copy.name == file.aside
    if not copy.is_symlink():
        assert (copy.read_bytes() if copy.is_file() else None) == before
        assert mode(copy) == (0o700 if copy.is_dir() else 0o600)
    assert (content(path), mode(path)) == (NEW, 0o600)
    assert await file.save(OLD)
    assert (content(path), kept(path)) == (OLD, [copy])
    assert await file.load() == OLD
    assert not file.damaged
    assert not ir.async_get(hass).issues  # Home Assistant itself has renamed nothing
    assert logged(caplog, "ERROR") == []


@pytest.mark.parametrize("damage", [*KINDS, *NEWER], ids=str)
async def test_cache(
    hass: HomeAssistant, path: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    """A cache begins empty, and the next save heals it; only a folder in its place is kept."""
    damage.apply(path)
    folder = path.is_dir()
    file = AccountFile(hass, NAME, valuable=False)
    assert await file.load() is None
    assert (file.damaged, file.newer) == (damage not in NEWER, damage in NEWER)
    said = [] if damage in NEWER else [f"{NAME} makes no sense and counts as empty"]
    assert logged(caplog, "WARNING") == said
    assert await file.save(NEW)
    assert (content(path), mode(path)) == (NEW, 0o600)
    assert [mode(it) for it in kept(path)] == [0o700] * folder
    assert await file.load() == NEW
    assert (file.damaged, file.newer) == (False, False)
    assert not ir.async_get(hass).issues
    assert logged(caplog, "ERROR") == []


@pytest.mark.parametrize("damage", NEWER, ids=str)
async def test_newer(
    hass: HomeAssistant, path: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    """A file of a newer version that is left alone stays as it is, without a word but one."""
    damage.apply(path)
    before = path.read_bytes()
    file = AccountFile(hass, NAME, valuable=True, when_newer=WhenNewer.LEFT_ALONE)
    assert await file.load() is None
    assert (file.damaged, file.newer, file.locked, file.to_replace) == (False, True, True, False)
    assert not await file.save(NEW)
    assert (path.read_bytes(), kept(path)) == (before, [])
    [warning] = logged(caplog, "WARNING")
    assert NAME in warning
    assert "newer" in warning
    write(path)
    assert await file.load() == OLD
    assert await file.save(NEW)
    assert (content(path), kept(path)) == (NEW, [])


@pytest.mark.parametrize("damage", NEWER, ids=str)
async def test_begun_anew(hass: HomeAssistant, path: Path, damage: Damage) -> None:
    """Once a person says so, the file of a newer version is kept aside, private, and another one is written."""
    damage.apply(path)
    before = path.read_bytes()
    file = AccountFile(hass, NAME, valuable=True, when_newer=WhenNewer.LEFT_ALONE)
    file.begin_anew()  # nothing is known yet: nothing is kept
    assert await file.load() is None
    file.begin_anew()
    name = file.aside
    file.begin_anew()
    assert (file.locked, file.aside, kept(path)) == (False, name, [])
    assert await file.save(NEW)
    assert await file.save(OLD)
    [copy] = kept(path)
    assert (copy.name, copy.read_bytes(), mode(copy)) == (name, before, 0o600)
    assert copy.name.startswith(f"{NAME}.newer.")
    assert json.loads(path.read_bytes())["version"] == 1
    assert await file.load() == OLD
    assert not file.newer


@pytest.mark.parametrize("valuable", [True, False])
@pytest.mark.parametrize("damage", NEWER, ids=str)
async def test_kept_aside(
    hass: HomeAssistant,
    path: Path,
    damage: Damage,
    valuable: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What a newer version knows, and nobody else, is kept aside before the first write, and nobody is asked."""
    damage.apply(path)
    before = path.read_bytes()
    file = AccountFile(hass, NAME, valuable=valuable, when_newer=WhenNewer.KEPT_ASIDE)
    assert await file.load() is None
    assert (file.damaged, file.newer, file.locked, file.to_replace) == (False, True, False, True)
    [warning] = logged(caplog, "WARNING")
    assert warning.startswith(f"{NAME} begins anew")
    assert warning.endswith(f" {file.aside}")
    assert (path.read_bytes(), kept(path)) == (before, [])
    assert await file.save(NEW)
    [copy] = kept(path)
    assert (copy.name, copy.read_bytes(), mode(copy)) == (file.aside, before, 0o600)
    assert content(path) == NEW
    await file.remove()
    assert (path.exists(), kept(path)) == (False, [])


@pytest.mark.parametrize(
    ("found", "written"), [(2, 2), (99, 99), (0, 1), ("2", 1), (True, 1), (1.5, 1), (None, 1)]
)
async def test_minor_version(hass: HomeAssistant, path: Path, found: object, written: int) -> None:
    """A valuable file stays one of the later minor version that has written it; others become ours."""
    for valuable, salvaged in ((True, False), (True, True), (False, False)):
        write(path)
        envelope(minor_version=found, version=None if salvaged else 1)(path)
        file = AccountFile(hass, NAME, valuable=valuable)
        assert await file.load() == OLD
        assert file.damaged is salvaged
        for _ in range(2):
            assert await file.save(NEW)
            whole = json.loads(path.read_bytes())
            expected = (1, written if valuable else 1, NEW)
            assert (whole["version"], whole["minor_version"], whole["data"]) == expected
        write(path)  # a backup of before
        assert await file.load() == OLD
        assert await file.save(NEW)
        assert json.loads(path.read_bytes())["minor_version"] == 1


@pytest.mark.parametrize("valuable", [True, False])
async def test_absent(hass: HomeAssistant, folder: Path, valuable: bool) -> None:
    """No file, or a link to none, is no damage; the first save makes a private one."""
    path = folder / NAME
    for target in (None, "nowhere"):
        if target:
            path.symlink_to(target)
        file = AccountFile(hass, NAME, valuable=valuable)
        assert await file.load() is None
        assert (file.damaged, file.newer) == (False, False)
        assert await file.save(NEW)
        assert (content(path), mode(path), kept(path)) == (NEW, 0o600, [])
        path.unlink()


@pytest.mark.parametrize("valuable", [True, False])
async def test_sound(
    hass: HomeAssistant, path: Path, valuable: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A sound file is read, also one of the largest size or of another minor version, and becomes private."""
    whole = path.read_bytes()
    others = (
        whole.replace(b'"minor_version": 1', b'"minor_version": 2'),
        whole.replace(b'"minor_version": 1, ', b""),
        whole.replace(b'"version": 1', b'"version": 0, "version": 1'),
        whole.ljust(MOST_BYTES),
    )
    for permissions, text in zip((0o644, 0o777, 0o400, 0o640), others, strict=True):
        path.write_bytes(text)
        path.chmod(permissions)
        file = AccountFile(hass, NAME, valuable=valuable)
        assert await file.load() == OLD
        assert (path.read_bytes(), mode(path)) == (text, 0o600)
        assert (file.damaged, file.newer, file.aside) == (False, False, None)
    assert logged(caplog, "WARNING") == []


@pytest.mark.parametrize("valuable", [True, False])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE], ids=errno.errorcode.get)
async def test_no_permission(
    hass: HomeAssistant,
    path: Path,
    valuable: bool,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file that may not be read, or whose mode may not be changed, counts as empty and is replaced."""

    def refuse(*_: object) -> None:
        raise OSError(code, "no")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", refuse)
        patched.setattr(Path, "chmod", refuse)
        file = AccountFile(hass, NAME, valuable=valuable)
        assert await file.load() is None
        assert file.damaged
        assert await file.save(NEW)
    assert content(path) == NEW
    assert [content(it) for it in kept(path)] == [OLD] * valuable


@pytest.mark.parametrize("error", [HomeAssistantError, OSError, KeyError, TypeError, ValueError])
async def test_the_store_refuses(
    hass: HomeAssistant, path: Path, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever Home Assistant's store raises for content that looked sound, it is damage."""

    async def refuse(_: object) -> None:
        raise error("no")

    monkeypatch.setattr("homeassistant.helpers.storage.Store.async_load", refuse)
    file = AccountFile(hass, NAME, valuable=True)
    assert await file.load() is None
    assert file.damaged
    assert await file.save(NEW)
    assert [content(it) for it in kept(path)] == [OLD]


async def test_marked_twice(
    hass: HomeAssistant, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Damage that is found in the content keeps the file aside, once."""
    file = AccountFile(hass, NAME, valuable=True)
    assert await file.load() == OLD
    file.mark_damaged()
    name = file.aside
    file.mark_damaged()
    assert file.aside == name
    assert len(logged(caplog, "WARNING")) == 1
    assert await file.save(NEW)
    assert [it.name for it in kept(path)] == [name]


async def test_repaired_by_hand(hass: HomeAssistant, path: Path) -> None:
    """A file that was repaired before anything was written is not kept aside."""
    path.write_text("odd")
    file = AccountFile(hass, NAME, valuable=True)
    assert await file.load() is None
    write(path)
    assert await file.load() == OLD
    assert await file.save(NEW)
    assert kept(path) == []
