"""The checked files, read once."""

import json
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from homeassistant.util.yaml import load_yaml_dict

DOMAIN = "xbox_network"
ROOT = pathlib.Path(__file__).resolve().parents[3]

type Tree = dict[str, object]


def subtree(tree: object, *keys: str) -> Tree:
    """Return the tree below the keys, `{}` if there is none."""
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree if isinstance(tree, dict) else {}


def flat(tree: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the path and the value of each leaf."""
    if not isinstance(tree, dict):
        yield path, tree
        return
    for key, value in tree.items():
        yield from flat(value, (*path, str(key)))


def read_json(path: pathlib.Path) -> Tree:
    """Return the object in a JSON file, `{}` if there is no file."""
    if not path.exists():
        return {}
    content = json.loads(path.read_text())
    return content if isinstance(content, dict) else {}


@dataclass(frozen=True)
class Files:
    """The content of the checked files."""

    root: pathlib.Path = ROOT
    manifest: Tree = field(default_factory=dict)
    hacs: Tree = field(default_factory=dict)
    icons: Tree = field(default_factory=dict)
    english: Tree = field(default_factory=dict)
    yaml: dict[str, Tree] = field(default_factory=dict)

    @property
    def folder(self) -> pathlib.Path:
        """Return the folder of the integration."""
        return self.root / "custom_components" / DOMAIN


def read(root: pathlib.Path = ROOT) -> Files:
    """Read the files. Raises ValueError or HomeAssistantError for invalid JSON or YAML."""
    folder = root / "custom_components" / DOMAIN
    yaml = {
        path.stem: {str(key): value for key, value in load_yaml_dict(str(path)).items()}
        for path in folder.glob("*.yaml")
    }
    return Files(
        root,
        read_json(folder / "manifest.json"),
        read_json(root / "hacs.json"),
        read_json(folder / "icons.json"),
        read_json(folder / "translations" / "en.json"),
        yaml,
    )
