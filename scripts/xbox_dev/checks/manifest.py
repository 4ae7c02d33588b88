"""Checks of manifest.json, hacs.json, quality_scale.yaml and the pictures."""

import pathlib
import re
from collections.abc import Iterator

from awesomeversion import AwesomeVersion, AwesomeVersionException, AwesomeVersionStrategy
from homeassistant import components, loader
from homeassistant.util.yaml import load_yaml_dict
from packaging.requirements import InvalidRequirement, Requirement
from PIL import Image

from .files import DOMAIN, Files, Tree, subtree

REQUIRED = {
    "codeowners": list,
    "config_flow": bool,
    "documentation": str,
    "domain": str,
    "integration_type": str,
    "iot_class": str,
    "issue_tracker": str,
    "name": str,
    "requirements": list,
    "version": str,
}
IOT_CLASSES = {"cloud_polling", "cloud_push"}
VERSIONS = [
    AwesomeVersionStrategy.SEMVER,
    AwesomeVersionStrategy.CALVER,
    AwesomeVersionStrategy.SIMPLEVER,
]
HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}
PICTURES = {"icon.png": 256, "icon@2x.png": 512, "dark_icon.png": 256, "dark_icon@2x.png": 512}


def check_manifest(files: Files) -> Iterator[str]:
    """Yield problems that the loader, hassfest or the HACS action would report."""
    manifest = files.manifest
    yield from _check_keys(manifest)
    if manifest.get("domain") != DOMAIN:
        yield f"manifest.json: the domain is not {DOMAIN}"
    if manifest.get("iot_class") not in IOT_CLASSES:
        yield f"manifest.json: iot_class is not one of {sorted(IOT_CLASSES)}"
    if not _is_version(manifest.get("version")):
        yield "manifest.json: the loader does not understand the version"
    if "application_credentials" not in list(_strings(manifest.get("dependencies"))):
        yield "manifest.json: dependencies lack application_credentials"
    for key in ("documentation", "issue_tracker"):
        if not re.match(
            r"https://(?!www\.home-assistant\.io/integrations)", str(manifest.get(key))
        ):
            yield f"manifest.json: {key} is no https address of our own"
    for owner in _strings(manifest.get("codeowners")):
        if not owner.startswith("@"):
            yield f"manifest.json: code owner {owner} without @"
    for requirement in _strings(manifest.get("requirements")):
        yield from _check_requirement(requirement)


def _check_keys(manifest: Tree) -> Iterator[str]:
    keys = list(manifest)
    if keys != ["domain", "name", *sorted(keys[2:])]:
        yield "manifest.json: keys have to be domain, name, then the rest by alphabet"
    for key in sorted(set(keys) - set(loader.Manifest.__annotations__)):
        yield f"manifest.json: unknown key {key}"
    for key, kind in REQUIRED.items():
        if not isinstance(manifest.get(key), kind):
            yield f"manifest.json: {key} is missing or no {kind.__name__}"


def _check_requirement(text: str) -> Iterator[str]:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        yield f"manifest.json: {text!r} is no requirement"
        return
    if " " in text or any(part.operator in {"==", "==="} for part in requirement.specifier):
        yield f"manifest.json: {text!r} must have neither blanks nor an exact pin"


def check_hacs(files: Files) -> Iterator[str]:
    """Yield problems that the Marketplace or the HACS action would report."""
    hacs = files.hacs
    if not isinstance(hacs.get("name"), str):
        yield "hacs.json: name is missing"
    for key in sorted(set(hacs) - HACS_KEYS):
        yield f"hacs.json: unknown key {key}"
    if not _is_version(hacs.get("homeassistant")):
        yield "hacs.json: homeassistant is no version"
    if bool(hacs.get("zip_release")) != str(hacs.get("filename", "")).endswith(".zip"):
        yield "hacs.json: zip_release and a filename that ends in .zip belong together"
    folders = [
        path.name for path in files.folder.parent.iterdir() if (path / "manifest.json").exists()
    ]
    if folders != [DOMAIN]:
        yield f"custom_components: has to hold exactly {DOMAIN}, not {folders}"
    for name in ("LICENSE", "README.md"):
        if not (files.root / name).exists():
            yield f"{name}: missing"


def check_pictures(files: Files) -> Iterator[str]:
    """Yield problems of brand/, where only icon.png is required."""
    folder = files.folder / "brand"
    if not (folder / "icon.png").exists():
        yield "brand/icon.png: missing"
    for path in sorted(folder.glob("*")):
        if path.name not in PICTURES:
            yield f"brand/{path.name}: Home Assistant does not serve this file"
            continue
        with Image.open(path) as image:
            if image.format != "PNG" or image.size != (PICTURES[path.name],) * 2:
                yield f"brand/{path.name}: has to be a square PNG of {PICTURES[path.name]} pixels"
            elif image.mode != "RGBA" or not _is_trimmed(image):
                yield f"brand/{path.name}: has to be transparent and trimmed"


def check_quality_scale(files: Files) -> Iterator[str]:
    """Yield rules that are missing, unknown or have an unknown status."""
    if "quality_scale" not in files.yaml:
        yield "quality_scale.yaml: missing"
        return
    ours = subtree(files.yaml["quality_scale"], "rules")
    model = pathlib.Path(components.__path__[0]) / "xbox" / "quality_scale.yaml"
    rules = set(subtree(load_yaml_dict(str(model)), "rules"))
    for name in sorted(rules ^ set(ours)):
        yield f"quality_scale.yaml: {name} is {'missing' if name in rules else 'unknown'}"
    for name, value in ours.items():
        status = value.get("status") if isinstance(value, dict) else value
        comment = value.get("comment") if isinstance(value, dict) else None
        if status not in {"done", "todo", "exempt"} or (status == "exempt" and not comment):
            yield f"quality_scale.yaml: {name} has to be done, todo, or exempt with a comment"


def _is_trimmed(image: Image.Image) -> bool:
    """Return whether the drawing touches two opposite edges, as in a trimmed square."""
    left, top, right, bottom = image.getbbox() or (1, 1, 0, 0)
    return (left, right) == (0, image.width) or (top, bottom) == (0, image.height)


def _strings(value: object) -> Iterator[str]:
    yield from (str(item) for item in value) if isinstance(value, list) else ()


def _is_version(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        AwesomeVersion(value, ensure_strategy=VERSIONS)
    except AwesomeVersionException:
        return False
    return True
