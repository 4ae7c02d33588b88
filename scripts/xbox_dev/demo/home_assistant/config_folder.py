"""The configuration folder of the demo's Home Assistant, with one user and without onboarding."""

import base64
import json
import pathlib
import shutil

import bcrypt

from ..processes import ROOT, DemoError

TIME_ZONE = "UTC"
CONFIGURATION = f"""\
# Overwritten at each start of scripts/demo.
homeassistant:
  name: Xbox Network demo
  country: US
  language: en
  time_zone: {TIME_ZONE}
  unit_system: metric
  latitude: 47.64
  longitude: -122.13
  auth_providers:
    - type: trusted_networks  # first, so that it is the one used
      trusted_networks: [127.0.0.1, "::1"]
      allow_bypass_login: true
    - type: homeassistant
  auth_mfa_modules: []  # the default one needs more packages
# no "default_config": its "my" would send the OAuth redirect through my.home-assistant.io
frontend:
history:
logbook:
automation: !include automations.yaml
# no "http": it would be taken as a change on trial and undone by a restart after five minutes
logger:
  default: warning
  logs:
    custom_components.xbox_network: info
    # they only warn of missing programs, libraries and networks that a demo does not need
    haffmpeg: critical
    homeassistant.components.camera.img_util: critical
    homeassistant.components.marketplace: critical
    homeassistant.loader: error
"""
MARK = "made-by-xbox-network-demo"
USER = "de" * 16


def prepare(folder: pathlib.Path, port: int) -> None:
    """Write the files for Home Assistant's start. A broken folder is created again.

    Raises DemoError if the path is no folder or cannot be written.
    """
    try:
        _clear(folder)
        _fill(folder, port)
    except OSError as err:
        raise DemoError(f"the demo's folder {folder} cannot be written: {err.strerror}") from err


def _clear(folder: pathlib.Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise DemoError(f"{folder} is not a folder: please move it away")
    broken = [path for path in (folder / ".storage").glob("*") if not _is_store(path)]
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        broken.append(folder)  # deleted while Home Assistant was still writing
    if broken:
        print(f"{broken[0]} is broken: starting with a new folder", flush=True)
        shutil.rmtree(folder)


def _is_store(path: pathlib.Path) -> bool:
    if path.is_dir() or path.name.startswith("tmp") or ".corrupt." in path.name:
        return True  # left by a killed Home Assistant, or already handled by it
    try:
        return isinstance(json.loads(path.read_bytes()), dict)
    except ValueError:
        return False


def _fill(folder: pathlib.Path, port: int) -> None:
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    (folder / "configuration.yaml").write_text(CONFIGURATION)
    automations = folder / "automations.yaml"
    if not automations.exists():
        automations.write_text("[]\n")
    link = folder / "custom_components"
    link.unlink(missing_ok=True)
    link.symlink_to(ROOT / "custom_components", target_is_directory=True)
    store(storage, "http", {"server_host": ["127.0.0.1"], "server_port": port})
    if not (storage / "auth").exists():
        _user(storage)
        done = ["user", "core_config", "analytics", "integration"]
        store(storage, "onboarding", {"done": done}, 4)


def _user(storage: pathlib.Path) -> None:
    """Store the user demo with the password demo. On this machine no sign-in is needed."""
    password = base64.b64encode(bcrypt.hashpw(b"demo", bcrypt.gensalt(rounds=4))).decode()
    users = [{"username": "demo", "password": password}]
    store(storage, "auth_provider.homeassistant", {"users": users})
    user = {
        "id": USER,
        "name": "Demo",
        "group_ids": ["system-admin"],
        "is_owner": True,
        "is_active": True,
        "system_generated": False,
        "local_only": True,
    }
    credentials = {
        "id": "cd" * 16,
        "user_id": USER,
        "auth_provider_type": "homeassistant",
        "auth_provider_id": None,
        "data": {"username": "demo"},
    }
    groups = [{"id": f"system-{name}", "name": name} for name in ("admin", "users", "read-only")]
    content = {"users": [user], "groups": groups, "credentials": [credentials]}
    store(storage, "auth", {**content, "refresh_tokens": []})


def store(storage: pathlib.Path, key: str, data: object, version: int = 1) -> None:
    """Write a store in the first version of its format. Home Assistant migrates it."""
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    (storage / key).write_text(json.dumps(content, indent=2))
