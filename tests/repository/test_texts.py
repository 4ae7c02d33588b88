"""Tests of the texts: every string that the code can show exists, with known placeholders."""

import ast
import inspect
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.application_credentials import DOMAIN as CREDENTIALS_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.xbox_network import config_flow, const
from custom_components.xbox_network.application_credentials import (
    async_get_description_placeholders,
)
from custom_components.xbox_network.const import DOMAIN
from custom_components.xbox_network.error_texts import (
    command_error,
    error_key,
    error_placeholders,
    update_error,
)
from custom_components.xbox_network.issues import update_account_issue
from custom_components.xbox_network.sign_in import code_steps, flow
from custom_components.xbox_network.sign_in_way import auth_domain
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.errors import (
    ConsoleProblem,
    XboxAccountError,
    XboxAuthError,
    XboxCodeDeclinedError,
    XboxCodeExpiredError,
    XboxCommandNameError,
    XboxConsoleError,
    XboxCredentialsError,
    XboxError,
    XboxWakeError,
)
from custom_components.xbox_network.xbox.xerr import REFUSALS, refusal
from tests.conftest import set_up
from tests.simulator import Console, Simulator

PACKAGE = Path(config_flow.__file__).parent
TEXTS: dict[str, Any] = json.loads((PACKAGE / "translations/en.json").read_text())
ICONS: dict[str, Any] = json.loads((PACKAGE / "icons.json").read_text())
PLACEHOLDERS = dict.fromkeys(
    [
        "name",
        "aadsts",
        "documentation_url",
        "portal_url",
        "redirect_url",
        "code",
        "address",
        "qr_code",
        "minutes",
    ],
    "this",
)
ABORTS: dict[str, str] = TEXTS["config"]["abort"]
# They end in a form of the dialog, and no account has them.
CODE_ERRORS = (XboxCodeExpiredError, XboxCodeDeclinedError)
CONSOLE_ERRORS = (XboxConsoleError, XboxCommandNameError)


def error_classes(kind: type[XboxError] = XboxError) -> Iterator[type[XboxError]]:
    """Yield all error classes, from this one on."""
    yield kind
    for subclass in kind.__subclasses__():
        yield from error_classes(subclass)


def errors() -> list[XboxError]:
    """Return one error of each class, and one of each refusal."""
    plain = [
        kind("In words", service=Service.PEOPLE, status=418)
        for kind in error_classes()
        if not issubclass(kind, (XboxAccountError, *CONSOLE_ERRORS))
        and not issubclass(kind, CODE_ERRORS)
        and not kind.__name__.startswith("_")
    ]
    plain += [
        XboxCredentialsError("In words", service=service, status=401, aadsts=number)
        for service in (Service.LIVE, Service.ENTRA)
        for number in (None, 700016, 700025, 7000218)
    ]
    refusals = [*REFUSALS.values(), refusal(2148917999)]
    return [*plain, *(XboxAccountError(it, redirect="https://xbox.com/") for it in refusals)]


def errors_of_consoles() -> list[XboxError]:
    """Return one error of each kind that a command to a console can have."""
    return [
        *(XboxConsoleError(problem) for problem in ConsoleProblem),
        XboxWakeError(ConsoleProblem.UNREACHABLE),
        XboxCommandNameError("start"),
        *(err for err in errors() if not isinstance(err, XboxAccountError)),
    ]


def name_of(err: XboxError) -> str:
    """Return a test id for an error."""
    code = f"-{err.refusal.code}" if isinstance(err, XboxAccountError) else ""
    code += f"-{err.service}-{err.aadsts}" if isinstance(err, XboxCredentialsError) else ""
    code += f"-{err.problem}" if isinstance(err, XboxConsoleError) else ""
    return f"{type(err).__name__}{code}"


def filled(text: str, placeholders: dict[str, str]) -> str:
    """Return a text with its placeholders filled in. Raises KeyError for an unknown placeholder."""
    shown = text.format(**placeholders).strip()
    assert shown
    assert "{" not in shown
    return shown


def strings_in_the_code() -> set[str]:
    """Return the string constants in the integration's code."""
    return {
        node.value
        for path in PACKAGE.rglob("*.py")
        if not path.is_relative_to(PACKAGE / "xbox")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def named_in_the_flow(name: str) -> set[str]:
    """Return the string constants that the dialog gives as an argument, read from its source."""
    named = {
        node.value
        for module in (config_flow, flow, code_steps)
        for keyword in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(keyword, ast.keyword) and keyword.arg == name
        for node in ast.walk(keyword.value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert named
    return named


@pytest.mark.parametrize("err", errors(), ids=name_of)
def test_errors(err: XboxError) -> None:
    """Each error has a text for the flow and another one for an entry."""
    key, placeholders = error_key(err), error_placeholders(err)
    flow = filled(ABORTS[key], placeholders)
    entry = filled(TEXTS["exceptions"][key]["message"], placeholders)
    assert flow != entry  # the first ends a dialog, the second repeats by itself
    assert update_error(err, at_set_up=False).translation_key == key


@pytest.mark.parametrize("err", errors_of_consoles(), ids=name_of)
def test_errors_of_commands(err: XboxError) -> None:
    """Each error of a command has a text, which names the console if the error is about one."""
    raised = command_error(err, "Den")
    text = filled(
        TEXTS["exceptions"][raised.translation_key]["message"],
        dict(raised.translation_placeholders or {}),
    )
    if isinstance(err, XboxConsoleError):
        assert "Den" in text
    assert isinstance(raised, ServiceValidationError) == isinstance(err, XboxCommandNameError)


def test_refusals_have_their_own_texts() -> None:
    """No two reasons have the same text."""
    for section in (ABORTS, TEXTS["exceptions"], TEXTS["issues"]):
        texts = [json.dumps(text) for text in section.values()]
        assert len(set(texts)) == len(texts)


async def test_issues(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each repair issue has a title with the account's name, and a description."""
    monkeypatch.setattr(const, "BUILT_IN_CLIENT_ID", "built-in")
    entries = [
        MockConfigEntry(domain=DOMAIN, title="Nova Kestrel", data={"auth_implementation": name})
        for name in (DOMAIN, auth_domain("built-in"))
    ]
    for entry in entries:
        entry.add_to_hass(hass)
    issue_keys = set()
    for err, entry in itertools.product(errors(), entries):
        update_account_issue(hass, entry, err)
        for issue in [it for it in issue_registry.issues.values() if it.domain == DOMAIN]:
            assert isinstance(err, XboxAuthError)
            placeholders = dict(issue.translation_placeholders or {})
            key = str(issue.translation_key)
            assert "Nova Kestrel" in filled(TEXTS["issues"][key]["title"], placeholders)
            filled(TEXTS["issues"][key]["description"], placeholders)
            redirect = getattr(err, "redirect", None)
            assert issue.learn_more_url == (redirect or placeholders["documentation_url"])
            issue_keys.add(key)
        update_account_issue(hass, entry, None)
    assert [it for it in issue_registry.issues.values() if it.domain == DOMAIN] == []
    others = ("consoles_", "files_", "friend_", "limits_", "playtime_", "remote_features_")
    assert issue_keys == {key for key in TEXTS["issues"] if not key.startswith(others)}


async def test_issue_about_consoles(
    hass: HomeAssistant,
    simulator: Simulator,
    stored: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """The issue for an account without access to its consoles names the settings to switch on."""
    simulator.world.xccs_errors.add("gateway", at="devices", times=None)
    await set_up(hass, stored)
    [issue] = [it for it in issue_registry.issues.values() if it.domain == DOMAIN]
    texts, placeholders = TEXTS["issues"][issue.translation_key], issue.translation_placeholders
    assert "Nova Kestrel" in filled(texts["title"], dict(placeholders or {}))
    text = filled(texts["description"], dict(placeholders or {}))
    for word in ("Settings", "Devices & connections", "Remote features", "Sleep"):
        assert f"**{word}**" in text


def test_no_unused_texts() -> None:
    """No text is unused, so that none can become wrong unnoticed."""
    keys = {error_key(err) for err in errors()}
    of_commands = {str(command_error(err, "Den").translation_key) for err in errors_of_consoles()}
    assert set(TEXTS["exceptions"]) - strings_in_the_code() <= keys | of_commands
    # Home Assistant's own reason for an existing account, and its own texts
    reasons = named_in_the_flow("reason") | {"already_configured", "missing_configuration"}
    assert set(ABORTS) == keys | reasons - {"oauth_implementation_unavailable"}
    forms = {"code_expired", "code_declined", "no_client_id", "stored_with_secret"}
    assert forms <= strings_in_the_code()
    assert set(TEXTS["config"]["error"]) - forms <= keys


def test_steps() -> None:
    """Each form of the flow has a title and a text, and each field has a description."""
    steps = TEXTS["config"]["step"]
    named = named_in_the_flow("step_id") | {"oauth_discovery"}  # a step of Home Assistant
    assert set(steps) == named
    filled(TEXTS["config"]["progress"]["enter_code"], PLACEHOLDERS)
    for step in steps.values():
        filled(step["title"], PLACEHOLDERS)
        if step is not steps["code"]:  # that shows its progress
            filled(step["description"], PLACEHOLDERS)
        assert set(step.get("menu_options", {})) >= set(step.get("menu_option_descriptions", {}))
    for step in (*steps.values(), *TEXTS["options"]["step"].values()):
        assert set(step.get("data", {})) == set(step.get("data_description", {}))


@pytest.mark.usefixtures("everything_enabled")
def test_entities(
    hass: HomeAssistant, den: Console, entry: ConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """Each entity has a name and an icon, each enum state has a text, and there are no other texts."""
    named: dict[str, set[str]] = {}
    for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id):
        if (key := entity.translation_key) is None:
            assert (
                entity.original_name is None
            )  # it has the name of its device, and its default icon
            continue
        named.setdefault(entity.domain, set()).add(key)
        texts, icons = TEXTS["entity"][entity.domain][key], ICONS["entity"][entity.domain][key]
        if "name" in texts or entity.original_name:
            disk = str(entity.original_name).partition(" ")[0]
            assert entity.original_name == texts["name"].format(disk=disk)
        assert icons["default"].startswith("mdi:")
        if options := (entity.capabilities or {}).get("options"):
            assert set(texts["state"]) == set(options)
            assert set(icons.get("state", {})) <= set(options)
    for section in (TEXTS["entity"], ICONS["entity"]):
        assert {platform: set(keys) for platform, keys in section.items()} == named


async def test_application_credentials(
    hass: HomeAssistant, enable_custom_integrations: None
) -> None:
    """The description of the application credentials has all its placeholders."""
    placeholders = await async_get_description_placeholders(hass)
    text = TEXTS[CREDENTIALS_DOMAIN]["description"]
    filled(text, placeholders)
    for name in placeholders:
        assert f"{{{name}}}" in text


@pytest.mark.parametrize(
    ("url", "my", "redirect"),
    [
        (None, True, "https://my.home-assistant.io/redirect/oauth"),
        ("http://192.0.2.7:8123", False, "http://192.0.2.7:8123/auth/external/callback"),
        (None, False, "https://my.home-assistant.io/redirect/oauth"),
    ],
    ids=["my", "this-instance", "no-address"],
)
async def test_redirect_address(
    hass: HomeAssistant, url: str | None, my: bool, redirect: str
) -> None:
    """The redirect address in the description is the one that the sign-in uses."""
    if my:
        hass.config.components.add("my")
    await hass.config.async_update(internal_url=url)
    placeholders = await async_get_description_placeholders(hass)
    assert placeholders["redirect_url"] == redirect


async def test_system_health(hass: HomeAssistant, simulator: Simulator, credentials: None) -> None:
    """Each line of the system health page has a name."""
    assert await async_setup_component(hass, "system_health", {})
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    assert set(info) == set(TEXTS["system_health"]["info"])
    for value in info.values():
        if hasattr(value, "close"):
            value.close()
