"""Tests of the structure: which rooms may import which, and the sizes of rooms and functions.

A room is a folder, or a module at the root.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

import custom_components.xbox_network
from custom_components.xbox_network import PLATFORMS

PACKAGE = Path(custom_components.xbox_network.__file__).parent
FILES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in PACKAGE.rglob("*.py")
}
PLATFORM_ROOMS = {platform.value for platform in PLATFORMS}

type Arrows = dict[str, set[str]]


def imported(module: str, node: ast.ImportFrom) -> Iterator[str]:
    """Yield the integration's modules that a relative import names."""
    parts = module.split(".")
    base = ".".join(parts[: len(parts) - node.level])
    source = ".".join(part for part in (base, node.module or "") if part)
    for alias in node.names:
        inside = f"{source}.{alias.name}" if source else alias.name
        imported_module = next(
            it
            for it in (inside, f"{inside}.__init__", source, f"{source}.__init__".lstrip("."))
            if it in FILES
        )
        yield imported_module


def module_arrows() -> Arrows:
    """Return the imported modules of each module."""
    arrows: Arrows = {}
    for module, path in FILES.items():
        nodes = [
            it for it in ast.walk(ast.parse(path.read_text())) if isinstance(it, ast.ImportFrom)
        ]
        own = [node for node in nodes if node.level]
        assert not any((node.module or "").startswith("custom_components") for node in nodes), (
            module
        )
        arrows[module] = {it for node in own for it in imported(module, node)} - {module}
    return arrows


def room(module: str) -> str:
    """Return the room of a module. Rooms of the client start with `xbox.`."""
    parts = module.split(".")
    inside = parts[1:] if parts[0] == "xbox" and len(parts) > 1 else parts
    return ".".join([*parts[: len(parts) - len(inside)], inside[0]])


def room_arrows() -> Arrows:
    """Return the imported rooms of each room."""
    arrows: Arrows = defaultdict(set)
    for module, targets in module_arrows().items():
        arrows[room(module)] |= {room(target) for target in targets} - {room(module)}
    return arrows


def crossing(
    arrows: Arrows, sources: Iterable[str], targets: Iterable[str]
) -> list[tuple[str, str]]:
    """Return the arrows from source rooms to target rooms."""
    target_rooms = set(targets)
    return sorted((it, target) for it in sources for target in arrows[it] & target_rooms)


@pytest.mark.parametrize("arrows", [module_arrows(), room_arrows()], ids=["modules", "rooms"])
def test_no_circle(arrows: Arrows) -> None:
    """No module and no room imports itself over others."""
    assert sum(map(len, arrows.values())) > 100
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as err:
        pytest.fail(f"a circle: {err.args[1]}")


def test_client_stays_inside() -> None:
    """The client imports nothing of its parent."""
    arrows = module_arrows()
    inside = [module for module in arrows if module.startswith("xbox.")]
    outside = [module for module in arrows if not module.startswith("xbox.")]
    assert crossing(arrows, inside, outside) == []


def test_models_stand_alone() -> None:
    """Models import only characters, endpoints, errors and images of the client."""
    allowed = {"xbox.characters", "xbox.endpoints", "xbox.errors", "xbox.images"}
    assert room_arrows()["xbox.models"] <= allowed


def test_coordinators_know_no_entity() -> None:
    """Coordinators import no entity, platform, action or automation."""
    forbidden = {*PLATFORM_ROOMS, "entity", "actions", "automations"}
    assert crossing(room_arrows(), ["coordinator"], forbidden) == []


def test_actions_know_no_platform() -> None:
    """Actions and their table import no platform."""
    assert crossing(room_arrows(), ["actions", "services"], PLATFORM_ROOMS) == []


def test_platforms_are_rooms() -> None:
    """The rooms named in the tests above exist."""
    assert room_arrows().keys() >= PLATFORM_ROOMS | {"coordinator", "xbox.models", "services"}


def test_rooms_on_the_page() -> None:
    """The page about the architecture names each room that is a folder."""
    page = Path("docs/ARCHITECTURE.md").read_text()
    folders = {path.parent.relative_to(PACKAGE).as_posix() for path in FILES.values()} - {
        ".",
        "xbox",
    }
    named = {it.rstrip("/") for it in re.findall(r"`([a-z_/]+)`", page)}
    assert folders - named == set()


def test_sizes_of_rooms() -> None:
    """A room has at most 20 modules, the root at most 30."""
    modules: dict[Path, int] = defaultdict(int)
    for path in FILES.values():
        modules[path.parent] += path.name != "__init__.py"
    assert modules.pop(PACKAGE) <= 30
    assert max(modules.values()) <= 20


def test_sizes_of_functions() -> None:
    """A file has at most 400 lines, a function at most 45, and the median function at most 7."""
    lengths: dict[str, int] = {}
    for module, path in FILES.items():
        text = path.read_text()
        assert text.count("\n") <= 400, module
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                where = f"{module}:{node.lineno} {node.name}"
                lengths[where] = (node.end_lineno or node.lineno) - node.lineno + 1
    assert [where for where, lines in lengths.items() if lines > 45] == []
    assert median(lengths.values()) <= 7
