"""Focused app of a console: its name, and what is known of it."""

import pytest

from custom_components.xbox_network.xbox.caches.products import KnownProduct
from custom_components.xbox_network.xbox.consoles.activity import AppKind
from custom_components.xbox_network.xbox.consoles.focused_app import (
    family_of,
    focused,
    installed_of,
    short_name,
    system_kind,
)
from custom_components.xbox_network.xbox.models.consoles import InstalledApp

HOME = "Xbox.Dashboard_8wekyb3d8bbwe!Xbox.Dashboard.Application"
IDLE = "Xbox.IdleScreen_8wekyb3d8bbwe!Xbox.IdleScreen.Application"


@pytest.mark.parametrize(
    ("aumid", "family", "name"),
    [
        ("4DF9E0F8.Netflix_mcm4njqhnhss8!App", "4DF9E0F8.Netflix_mcm4njqhnhss8", "Netflix"),
        (
            "Microsoft.Xbox.LiveTV_8wekyb3d8bbwe!A.B",
            "Microsoft.Xbox.LiveTV_8wekyb3d8bbwe",
            "LiveTV",
        ),
        ("00BA40CC-US_fc7h7ec1dwtc0!App", "00BA40CC-US_fc7h7ec1dwtc0", "00BA40CC-US"),
        ("A.My_App_123!App", "A.My_App_123", "My_App"),
        ("Odd", "Odd", "Odd"),
        ("Odd.", "Odd.", "Odd."),
        ("!App", "", ""),
        ("_!App", "_", "_"),
    ],
)
def test_names(aumid: str, family: str, name: str) -> None:
    """An app's own name, whatever the company is called."""
    assert family_of(aumid) == family
    assert short_name(aumid) == name


def app(**facts: object) -> InstalledApp:
    """Return a package."""
    return InstalledApp.model_validate({"aumid": "Example.Drift_1!Game", **facts})


PRODUCT = KnownProduct(product_id="9SIM71414001", title="Starfall Drift", is_game=True)


@pytest.mark.parametrize(
    ("installed", "product", "name", "kind"),
    [
        ([], None, "Drift", None),
        ([app(name="Drift (list)", isGame=True)], None, "Drift (list)", AppKind.GAME),
        ([app(name="Drift (list)", contentType="App")], None, "Drift (list)", AppKind.APP),
        ([app()], None, "Drift", None),
        ([], PRODUCT, "Starfall Drift", AppKind.GAME),
        ([app(isGame=False)], PRODUCT, "Starfall Drift", AppKind.APP),
        ([app(name="List")], PRODUCT.model_copy(update={"title": None}), "List", AppKind.GAME),
        ([], KnownProduct(product_id="9SIM71414001"), "Drift", None),
    ],
)
def test_what_is_known(
    installed: list[InstalledApp], product: KnownProduct | None, name: str, kind: AppKind | None
) -> None:
    """The store's name goes before the list's; the list knows best what is a game."""
    found = focused("Example.Drift_1!Game", installed, product)
    assert found
    assert (found.name, found.kind, found.family) == (name, kind, "Example.Drift_1")


@pytest.mark.parametrize("aumid", ["", None])
def test_nothing(aumid: str | None) -> None:
    """Nothing is in front."""
    assert focused(aumid, [app(aumid=None)], PRODUCT) is None


def test_package() -> None:
    """The very app, or another one of the same package."""
    parts = [app(aumid=None), app(aumid="Example.Drift_1!Other"), app(name="This")]
    assert installed_of("example.DRIFT_1!game", parts) is parts[2]
    assert installed_of("Example.Drift_1!Third", parts) is parts[1]
    assert installed_of("Example.Drift_2!Game", parts) is None
    assert installed_of("!App", [app(aumid=None), app(aumid="")]) is None


def test_screens_of_the_system() -> None:
    """They have names and kinds of their own."""
    assert system_kind(HOME.upper()) is AppKind.HOME
    assert system_kind(IDLE) is AppKind.IDLE_SCREEN
    assert system_kind("Example.Drift_1!Game") is None
    home = focused(HOME, [], PRODUCT)
    assert home
    assert (home.name, home.kind) == ("Home", AppKind.HOME)


@pytest.mark.parametrize(
    ("facts", "launchable"),
    [
        ({}, True),
        ({"contentType": "app"}, True),
        ({"contentType": "Dlc"}, False),
        ({"contentType": None}, False),
        ({"oneStoreProductId": None}, False),
        ({"oneStoreProductId": "odd"}, False),
        ({"name": ""}, False),
        ({"parentId": "P"}, False),
    ],
)
def test_launchable(facts: dict[str, object], launchable: bool) -> None:
    """Whole games and apps that have a name and a product id."""
    whole = {"oneStoreProductId": "9sim71414001", "name": "Drift", "contentType": "Game"}
    found = app(**{**whole, **facts})
    assert found.launchable is launchable
    assert found.one_store_product_id in ("9SIM71414001", None)
