"""Tests that the client imports neither Home Assistant nor its parent package."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "custom_components/xbox_network/xbox"
ALLOWED = set(sys.stdlib_module_names) | {"aiohttp", "pydantic", "pydantic_core", "yarl"}
# Slow to import, and not needed for what Home Assistant does.
ONLY_IN = {"auth/signing.py": {"cryptography"}}

FILES = sorted(CLIENT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CLIENT)))
def test_file_stays_inside(path: Path) -> None:
    """No file imports Home Assistant or leaves the client; one imports `cryptography`, and none imports that file."""
    allowed = ALLOWED | ONLY_IN.get(str(path.relative_to(CLIENT)), set())
    depth = len(path.relative_to(CLIENT).parts)
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= depth, f"{path}:{node.lineno} leaves the client"
            assert "signing" not in f"{node.module}".split("."), f"{path}:{node.lineno}"
            names = [] if node.level else [node.module or ""]
        assert {name.split(".")[0] for name in names} <= allowed, f"{path}:{node}"


def test_files_are_found() -> None:
    """The test above finds the client's files."""
    assert CLIENT / "services/people.py" in FILES


def test_works_without_home_assistant() -> None:
    """The client's folder is a package that works without Home Assistant."""
    program = """
import sys

class NoHomeAssistant:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("homeassistant", "custom_components"):
            raise ImportError(name)

sys.meta_path.insert(0, NoHomeAssistant())
sys.path.insert(0, "custom_components/xbox_network")
import xbox
import xbox.consoles.command_runner
import xbox.consoles.observer
import xbox.people.friends
import xbox.people.observer
print(xbox.AuthenticationManager.__name__, xbox.XboxClient.__name__)
assert not {"homeassistant", "custom_components", "cryptography"} & set(sys.modules)
import xbox.auth.signing
assert "cryptography" in sys.modules
assert not {"homeassistant", "custom_components"} & set(sys.modules)
"""
    done = subprocess.run(  # noqa: S603  the program above
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("AuthenticationManager XboxClient\n", "")
