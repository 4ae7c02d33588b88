"""Tests of the user's pages: complete lists, working links, and no invented names."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from homeassistant import components
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict

import custom_components.xbox_network
from custom_components.xbox_network.const import (
    DEFAULT_BONUS_MINUTES,
    DEFAULT_STORAGE_SHARE,
    DOMAIN,
    OPTION_ADMINISTRATORS_ONLY,
    OPTION_BONUS_MINUTES,
    OPTION_BONUS_MOVES_BEDTIME,
    OPTION_COUNT_APPS,
    OPTION_FAVORITE_APPS,
    OPTION_HIDDEN_APPS,
    OPTION_ONLY_FAVORITES,
    OPTION_STORAGE_SHARE,
)
from custom_components.xbox_network.xbox.models.commands import BUTTONS, parse
from custom_components.xbox_network.xbox.people.changes import ChangeKind
from custom_components.xbox_network.xbox.presence import DevicePlatform
from tests.conftest import Poll, SignIn
from tests.helpers.blueprints.files import FOLDER, NAMES, ROOT, blueprint_of
from tests.helpers.consoles import ConsoleEntities
from tests.helpers.entities import IMAGES_OFF, OWNER_SENSORS, SENSORS_OFF
from tests.helpers.pages import (
    DEVELOPER_PAGES,
    DOCS,
    PAGES,
    README,
    anchors,
    examples,
    links,
    page,
    rows,
    section,
    without_code,
    words,
)
from tests.simulator import Console
from tests.simulator.world.demo_world import DEN

PACKAGE = Path(custom_components.xbox_network.__file__).parent
CORE = Path(components.__file__).parent / "xbox"
TEXTS: dict[str, Any] = json.loads((PACKAGE / "translations/en.json").read_text())
KINDS = ("triggers", "conditions")
MOST_README_BYTES = 8000
# The folders with links to the pages.
READERS = (ROOT / "blueprints", PACKAGE)


def table(kind: str) -> dict[str, dict[str, Any]]:
    """Return the actions, triggers or conditions with the fields of their forms."""
    content = load_yaml_dict(str(PACKAGE / f"{kind}.yaml"))
    return {key: it for key, it in content.items() if not key.startswith(".")}


def used(key: str) -> set[str]:
    """Return the integration's values of a key in the examples, at any depth."""

    def values_in(tree: Any) -> set[str]:
        if isinstance(tree, dict):
            own = {tree[key]} if isinstance(tree.get(key), str) else set()
            return own.union(*map(values_in, tree.values()))
        return set().union(*map(values_in, tree)) if isinstance(tree, list) else set()

    return {it.removeprefix(f"{DOMAIN}.") for it in values_in(examples()) if it.startswith(DOMAIN)}


def test_short() -> None:
    """The README is short enough to be read to its end."""
    assert len(README.read_bytes()) <= MOST_README_BYTES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links(path: Path) -> None:
    """Each link within the repository leads to a file and to a heading in it."""
    text = path.read_text()
    assert len(set(anchors(text))) == len(anchors(text))
    for link in links(text):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.is_file(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target.read_text()), link


def test_links_from_code() -> None:
    """Links in the integration and in the blueprints lead to existing pages and headings."""
    for path in (it for folder in READERS for it in folder.rglob("*.*") if it.suffix != ".png"):
        if path.suffix not in (".py", ".json", ".yaml"):
            continue
        for name, anchor in re.findall(r"\bdocs/([\w-]+)\.md(?:#([\w-]+))?", path.read_text()):
            assert not anchor or anchor in anchors(page(name)), f"{path.name}: {name}#{anchor}"
            assert (DOCS / f"{name}.md").is_file(), f"{path.name}: {name}"


def test_pages_found() -> None:
    """Each page for the user can be reached from the README."""
    reached, new = set[Path](), {README}
    while new:
        reached |= new
        linked = {
            (path.parent / link.partition("#")[0]).resolve()
            for path in new
            for link in links(path.read_text())
            if ".md" in link and "://" not in link
        }
        new = linked - reached
    assert set(PAGES) - set(DEVELOPER_PAGES) <= reached


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_contents(path: Path) -> None:
    """A list of contents names each chapter of its page."""
    text = without_code(path.read_text())
    head, *chapters = re.split(r"^## ", text, flags=re.MULTILINE)
    listed = [link.removeprefix("#") for link in links(head) if link.startswith("#")]
    if path != README and path not in DEVELOPER_PAGES and listed:
        chapter_names = [it.split("\n")[0] for it in chapters]
        assert {anchors(f"## {it}")[0] for it in chapter_names} <= set(listed)


@pytest.mark.parametrize("name", table("services"))
def test_action(name: str) -> None:
    """Each field of an action is listed with its name in the form, its default and its range."""
    texts, fields = TEXTS["services"][name], table("services")[name].get("fields", {})
    described = section(page("automations"), texts["name"])
    assert f"`{DOMAIN}.{name}`" in described
    listed = {words(row[0])[0]: row for row in rows(described.split("| In the answer |")[0])}
    assert list(listed) == list(fields)
    for key, field in fields.items():
        _, in_form, meaning = listed[key]
        assert in_form == texts["fields"][key]["name"]
        for expected in _numbers(field):
            assert expected in meaning, key
    assert name in used("action")


def _numbers(field: dict[str, Any]) -> list[str]:
    """Return the texts of a field's default and range."""
    default, number = field.get("default"), field["selector"].get("number", {})
    texts = [f"{number['min']} to {number['max']}"] if "max" in number else []
    known = isinstance(default, int) and not isinstance(default, bool)
    return [*texts, f"{default} without a change"] if known else texts


@pytest.mark.parametrize("kind", KINDS)
def test_triggers_and_conditions(kind: str) -> None:
    """Each is listed by name and key, with its options, and is used in an example."""
    listed = {row[1].strip("`").removeprefix(f"{DOMAIN}."): row for row in rows(_chapter(kind))}
    assert listed.keys() == table(kind).keys()
    for key, it in table(kind).items():
        assert listed[key][0] == TEXTS[kind][key]["name"]
        assert set(words(listed[key][3])) == set(it.get("fields", {}))
    assert used(kind.removesuffix("s")) == table(kind).keys()


def _chapter(kind: str) -> str:
    chapter = section(page("automations"), kind.title())
    return chapter.split("\n### ")[0]


def test_options_of_triggers_and_conditions() -> None:
    """Each option has the editor's name, and its default if there is one."""
    listed = list(
        rows(section(page("automations"), "Options of triggers and conditions")),
    )
    fields = {
        (key, TEXTS[kind][name]["fields"][key]["name"]): field
        for kind in KINDS
        for name, it in table(kind).items()
        for key, field in it.get("fields", {}).items()
    }
    assert {(words(row[0])[0], row[1]) for row in listed} == fields.keys()
    meanings = {(words(row[0])[0], row[1]): row[2] for row in listed}
    for entry_key, field in fields.items():
        if entry_key[0] == "minutes":
            assert all(it in meanings[entry_key] for it in _numbers(field))
        for option in field["selector"].get("select", {}).get("options", []):
            assert f"`{option}`" in meanings[entry_key]


def test_options() -> None:
    """All options of an account are in one list, with their defaults."""
    listed = {row[0]: row for row in rows(section(page("sign-in"), "Options"))}
    names = TEXTS["options"]["step"]["init"]["data"]
    assert set(listed) == set(names.values())
    defaults = {
        OPTION_STORAGE_SHARE: f"{DEFAULT_STORAGE_SHARE} percent",
        OPTION_BONUS_MINUTES: f"{DEFAULT_BONUS_MINUTES} minutes",
        OPTION_BONUS_MOVES_BEDTIME: "yes",
        OPTION_COUNT_APPS: "no",
        OPTION_ADMINISTRATORS_ONLY: "yes",
        OPTION_FAVORITE_APPS: "none",
        OPTION_ONLY_FAVORITES: "no",
        OPTION_HIDDEN_APPS: "none",
    }
    assert {key: listed[name][1] for key, name in names.items()} == defaults


def test_entities() -> None:
    """Each entity is listed under its name with its key, and marked if it is disabled by default."""
    listed = list(rows(section(page("entities"), "People")))
    listed += rows(section(page("entities"), "Consoles"))
    documented = {
        (kind.replace(" ", "_"), key): row
        for row in listed
        for kind, key in re.findall(r"^([a-z ]+) `(\w+)`", row[1])
    }
    expected = {
        (platform, key): it["name"]
        for platform, entities in TEXTS["entity"].items()
        for key, it in entities.items()
        if platform != Platform.MEDIA_PLAYER
    }
    assert documented.keys() == expected.keys()
    for entry_key, name in expected.items():
        assert documented[entry_key][0] == name.replace("{disk}", "*Disk*"), entry_key
    off = {key for (_, key), row in documented.items() if "*off*" in row[1]}
    assert off == {*SENSORS_OFF, *IMAGES_OFF, "tv_guide"}
    assert {key for (_, key), row in documented.items() if "*owner only*" in row[1]} == {
        *OWNER_SENSORS
    }


def test_attributes_and_events() -> None:
    """Attributes, event types and state values are listed, too."""
    text = page("entities")
    for platform, entities in TEXTS["entity"].items():
        for key, it in entities.items():
            for attribute in it.get("state_attributes", {}):
                known = attribute == "event_type" or f"`{attribute}`" in text
                assert known, f"{platform}.{key}: {attribute}"
    assert {it.value for it in ChangeKind} <= set(words(section(text, "Activity")))
    assert {it.value for it in DevicePlatform} <= set(words(section(text, "People")))
    states = TEXTS["entity"]["media_player"]["console"]["state_attributes"]["activity"]["state"]
    assert set(states) <= set(words(section(page("consoles"), "What you can do")))


def test_remote() -> None:
    """The listed words of the remote are exactly the known ones."""
    listed = {it for row in rows(section(page("consoles"), "The remote")) for it in words(row[0])}
    assert listed == {*BUTTONS, "text:"}


def test_blueprints() -> None:
    """Each blueprint is in both lists, under the name in its file, with its link."""
    tables = [
        list(rows(section(text, heading)))
        for text, heading in (
            (README.read_text(), "Blueprints"),
            (page("automations"), "Use a blueprint"),
        )
    ]
    first, second = ([row[0] for row in it] for it in tables)
    assert first == second
    stems = [re.findall(r"%2F(\w+)\.yaml\)$", row[2])[0] for row in tables[0]]
    assert sorted(stems) == NAMES
    for name, stem in zip(first, stems, strict=True):
        own = blueprint_of(stem)["name"].removeprefix("Xbox: ")
        assert own.casefold() == name.casefold(), f"{FOLDER.name}/{stem}"


def test_messages() -> None:
    """The messages that the troubleshooting page quotes exist."""
    shown = json.dumps(TEXTS, ensure_ascii=False)
    quoted = [
        it
        for row in rows(page("troubleshooting"))
        for it in re.findall(r"\*([^*]+)\*", row[0])
        if it[0].isupper() and it != "Xbox"
    ]
    assert len(quoted) > 10
    for it in quoted:
        parts = [part.strip(" ,.") for part in it.split("…") if part.strip(" ,.")]
        assert all(part in shown for part in parts), it


def test_entities_of_core() -> None:
    """Each entity of Home Assistant's own integration is on the page for its users."""
    text = page("coming-from-core")
    texts = json.loads((CORE / "strings.json").read_text())
    known = set(words(text))
    for entities in texts["entity"].values():
        for key, it in entities.items():
            assert key in known, key
            assert set(it.get("state_attributes", {})) | set(it.get("state", {})) <= known, key
    for row in rows(section(text, "Which entity replaces which")):
        ours = {key for entities in TEXTS["entity"].values() for key in entities}
        replacements = set(words(row[1])) - {"off"}
        assert replacements <= ours, row


def test_remote_of_core() -> None:
    """The remote's words of Home Assistant's own integration are listed with working ones of ours."""
    source = (CORE / "remote.py").read_text()
    theirs = set(re.findall(r'^    "(\w+)": lambda', source, re.MULTILINE))
    text = section(page("coming-from-core"), "The remote")
    listed = {words(row[0])[0]: words(row[1])[0] for row in rows(text)}
    same = set(words(text.split("|")[-1]))
    assert listed.keys() | same == theirs
    assert all(parse(it) for it in (*listed.values(), *same))
    assert not any(it.casefold() in BUTTONS for it in listed)


async def test_side_by_side(hass: HomeAssistant, den: Console, sign_in: SignIn) -> None:
    """If both integrations have the same console, the second one's entity id gets a suffix."""
    registry = er.async_get(hass)
    registry.async_get_or_create(Platform.MEDIA_PLAYER, "xbox", "den", suggested_object_id="den")
    await sign_in("adult")
    assert ConsoleEntities(hass, DEN).id("media_player") == "media_player.den_2"


async def test_device_triggers(
    hass: HomeAssistant,
    bedroom: Console,
    entry: ConfigEntry,
    at_bedroom: ConsoleEntities,
    poll: Poll,
) -> None:
    """Home Assistant's "turned on" misses a console that is switched on; "becomes idle" does not."""
    entity_id = at_bedroom.id("media_player")
    entity = er.async_get(hass).async_get(entity_id)
    assert entity
    device = {
        "trigger": "device",
        "domain": Platform.MEDIA_PLAYER,
        "device_id": entity.device_id,
        ATTR_ENTITY_ID: entity.id,
    }
    triggers: dict[str, dict[str, Any]] = {
        "turned on": {**device, "type": "turned_on"},
        "becomes idle": {**device, "type": "idle"},
        "ours": {
            "trigger": f"{DOMAIN}.console_turned_on",
            "target": {ATTR_ENTITY_ID: entity_id},
        },
    }
    automations = [
        {"alias": name, "triggers": it, "actions": {"event": "fired", "event_data": {"by": name}}}
        for name, it in triggers.items()
    ]
    assert await async_setup_component(hass, "automation", {"automation": automations})
    fired: list[str] = []
    hass.bus.async_listen("fired", lambda event: fired.append(event.data["by"]))
    bedroom.go_home()
    bedroom.power = "On"
    await poll(70)
    assert sorted(fired) == ["becomes idle", "ours"]
