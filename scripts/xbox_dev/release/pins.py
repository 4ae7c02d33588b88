"""Pin what development needs, for any version of Home Assistant.

    python -m xbox_dev.release.pins --uv UV VERSION OUTPUT

VERSION is one of Home Assistant, or "oldest" (which hacs.json names), "newest" or "beta". What is pinned in
requirements_test.txt keeps its version where Home Assistant allows it. Runs before there is a .venv and so
uses nothing but the standard library.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
PINNED = ROOT / "requirements_test.txt"
WANTED = ROOT / "requirements_test.in"
PLUGIN = "pytest-homeassistant-custom-component"
# The plugin for the first version of Home Assistant before the oldest that is supported: older ones fit none.
OLDEST_PLUGIN = "0.13.375"
OPTIONS = ("--universal", "--python-version=3.14.2", "--no-annotate")  # also read by Dependabot

type Versions = dict[str, str]


class PinError(Exception):
    """Why there are no pins, in one line."""


def specifier(version: str) -> str:
    """Return the requirement on Home Assistant that a word or a version stands for."""
    match version:
        case "oldest":
            oldest = json.loads((ROOT / "hacs.json").read_text())["homeassistant"]
            return f"homeassistant=={oldest}"
        case "newest":
            return "homeassistant"
        case "beta":
            return "homeassistant>=2026.11.0b0"  # who names a beta is given betas
    return f"homeassistant=={version}"


def versions(text: str) -> Versions:
    """Return the versions of the packages that are pinned in a list of requirements."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    return {_normal(name): version for name, version in found}


def requirements(wanted: str, version: str, known: Versions) -> str:
    """Return the list of what is wanted, with the pins that another Home Assistant has.

    A package that it does not know any more is left out; the plugin for its tests is free.
    """
    lines = []
    for line in wanted.splitlines():
        name = next(iter(versions(line)), "")
        if name == "homeassistant":
            lines.append(f"homeassistant=={version}")
        elif name == PLUGIN:
            lines.append(f"{PLUGIN}>={OLDEST_PLUGIN}")
        elif not name:
            lines.append(line)
        elif name in known:
            lines.append(f"{name}=={known[name]}")
    return "\n".join([*lines, ""])


def overrides(version: str, known: Versions) -> str:
    """Return what is to be installed though the plugin may want another version of it."""
    return "".join(f"{name}=={it}\n" for name, it in (known | {"homeassistant": version}).items())


def known_versions(package: pathlib.Path) -> Versions:
    """Return the versions that a Home Assistant wants of others: of its integrations, then its own."""
    manifests = (json.loads(it.read_text()) for it in package.glob("components/*/manifest.json"))
    wanted = "\n".join(line for it in manifests for line in it.get("requirements", []))
    return versions(wanted) | versions(constraints(package).read_text())


def constraints(package: pathlib.Path) -> pathlib.Path:
    """Return the file of the versions that Home Assistant allows."""
    return package / "package_constraints.txt"


class Pins:
    """Pins made with uv in a folder that is thrown away."""

    def __init__(self, uv: str, folder: pathlib.Path) -> None:
        """Take uv and the folder."""
        self._uv = uv
        self._folder = folder

    def write(self, version: str, output: pathlib.Path) -> str:
        """Write the pins and return the version of Home Assistant that they are for."""
        found = self._unpack(specifier(version))
        shutil.copyfile(PINNED, output)
        pinned = versions(PINNED.read_text())
        if found != pinned["homeassistant"]:
            self._compile(found, output)
        return found

    def _unpack(self, requirement: str) -> str:
        """Unpack Home Assistant without anything that it needs; return its version."""
        options = ("--no-deps", "--target", str(self._folder), "--python", sys.executable)
        self._run("pip", "install", *options, requirement)
        [info] = self._folder.glob("homeassistant-*.dist-info")
        return info.name.removeprefix("homeassistant-").removesuffix(".dist-info")

    def _compile(self, version: str, output: pathlib.Path) -> None:
        """Pin with the plugin that was made for this version, else with the newest one."""
        package = self._folder / "homeassistant"
        known = known_versions(package)
        (self._folder / "wanted.in").write_text(requirements(WANTED.read_text(), version, known))
        (self._folder / "overrides.txt").write_text(overrides(version, known))
        options = (
            *OPTIONS,
            f"--constraint={constraints(package)}",
            f"--output-file={output}",
            f"--custom-compile-command=scripts/pin-requirements {version}",
        )
        try:
            self._run("pip", "compile", *options, "wanted.in")
        except PinError:
            self._run("pip", "compile", *options, "--override=overrides.txt", "wanted.in")

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [self._uv, *arguments, "--quiet"],
            cwd=self._folder,  # not where pyproject.toml has the overrides for the pinned version
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PinError(" ".join(done.stderr.split()))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Write the pins; return 1 when there are none."""
    parser = argparse.ArgumentParser(prog="scripts/pin-requirements", description=__doc__)
    parser.add_argument("--uv", required=True)
    parser.add_argument("version")
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xbox-network-pins-") as name:
        try:
            found = Pins(arguments.uv, pathlib.Path(name)).write(
                arguments.version, arguments.output.absolute()
            )
        except PinError as err:
            print(f"pin-requirements: {arguments.version}: {err}", file=sys.stderr)
            return 1
    print(f"pin-requirements: Home Assistant {found}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
