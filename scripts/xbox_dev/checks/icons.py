"""Checks of icons.json, and of actions, triggers and conditions against texts and icons."""

import json
import pathlib
import re
from collections.abc import Iterator

import hass_frontend
import probatio
from homeassistant.helpers.selector import validate_selector

from .files import Files, Tree, flat, subtree

SHAPE = re.compile(
    r"entity\.\w+\.\w+\.(default|state\.[\w-]+|range\.[\w.]+"
    r"|state_attributes\.\w+\.(default|state\.[\w-]+))"
    r"|services\.\w+\.(service|sections\.\w+)|triggers\.\w+\.trigger|conditions\.\w+\.condition"
)
ACTIONS = ("services", "triggers", "conditions")


def _known_icons() -> set[str]:
    path = pathlib.Path(hass_frontend.where()) / "static" / "mdi" / "iconList.json"
    return {f"mdi:{icon['name']}" for icon in json.loads(path.read_text())}


def check_icons(files: Files) -> Iterator[str]:
    """Yield icons that do not exist, icons that are not used, and entities without an icon."""
    known = _known_icons()
    for keys, icon in flat(files.icons):
        if not SHAPE.fullmatch(".".join(keys)):
            yield f"icons.json: {'.'.join(keys)}: Home Assistant knows no such key"
        if icon not in known:
            yield f"icons.json: {'.'.join(keys)}: there is no icon {icon}"
    texts, icons = subtree(files.english, "entity"), subtree(files.icons, "entity")
    for platform in sorted(set(texts) | set(icons)):
        text_keys, icon_keys = subtree(texts, platform), subtree(icons, platform)
        yield from (
            f"icons.json: no icon of {platform} {key}"
            for key in sorted(set(text_keys) - set(icon_keys))
        )
        yield from (
            f"en.json: no text of {platform} {key}"
            for key in sorted(set(icon_keys) - set(text_keys))
        )
        for key in sorted(set(text_keys) & set(icon_keys)):
            yield from _states(files, platform, key)


def _states(files: Files, platform: str, key: str) -> Iterator[str]:
    texts = subtree(files.english, "entity", platform, key, "state")
    for state in subtree(files.icons, "entity", platform, key, "state"):
        if state not in texts and (texts or platform == "sensor"):
            yield f"icons.json: {platform} {key} has an icon of the unknown state {state}"


def check_actions(files: Files) -> Iterator[str]:
    """Yield actions, triggers and conditions that lack their definition, texts or icon."""
    for kind in ACTIONS:
        defined = {key: value for key, value in files.yaml.get(kind, {}).items() if key[0] != "."}
        texts, icons = subtree(files.english, kind), subtree(files.icons, kind)
        for name in sorted({*defined, *texts, *icons}):
            for file, content in (
                (f"{kind}.yaml", defined),
                ("en.json", texts),
                ("icons.json", icons),
            ):
                if name not in content:
                    yield f"{file}: {kind} lacks {name}"
            yield from _fields(files, kind, name)


def _fields(files: Files, kind: str, name: str) -> Iterator[str]:
    described = {
        key: subtree(files.english, kind, name, "fields", key)
        for key in subtree(files.english, kind, name, "fields")
    }
    defined: dict[str, object] = {}
    for key, value in subtree(files.yaml.get(kind, {}), name, "fields").items():
        defined |= subtree(value, "fields") or {key: value}  # the fields of a section, or one field
    for key in sorted(set(defined) ^ set(described)):
        yield f"{kind}: {name}: the field {key} stands in only one of {kind}.yaml and en.json"
    for key, texts in described.items():
        if not {"name", "description"} <= set(texts):
            yield f"en.json: {kind}.{name}: the field {key} lacks a name or a description"
    for key, value in defined.items():
        try:
            validate_selector(subtree(value, "selector"))
        except probatio.Invalid as err:
            yield f"{kind}.yaml: {name}: the selector of {key}: {err}"
        yield from _choices(files, f"{kind}.yaml: {name}: {key}", subtree(value, "selector"))


def _choices(files: Files, where: str, selector: Tree) -> Iterator[str]:
    """Yield the choices of a field that have no text."""
    select = subtree(selector, "select")
    options, key = select.get("options"), str(select.get("translation_key"))
    texts = subtree(files.english, "selector", key, "options")
    for option in options if isinstance(options, list) else ():
        if isinstance(option, str) and option not in texts:
            yield f"{where}: en.json has no text of the choice {option} in selector.{key}"
