"""The focused app of a console: its name, kind and product."""

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
    """The short name is the app's part of the package family, without the company."""
    assert family_of(aumid) == family
    assert short_name(aumid) == name


def app(**fields: object) -> InstalledApp:
    """Return an installed app."""
    return InstalledApp.model_validate({"aumid": "Example.Drift_1!Game", **fields})


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
def test_name_and_kind(
    installed: list[InstalledApp], product: KnownProduct | None, name: str, kind: AppKind | None
) -> None:
    """The store's name goes before the list's; the list's kind goes before the store's."""
    focused_app = focused("Example.Drift_1!Game", installed, product)
    assert focused_app
    assert (focused_app.name, focused_app.kind, focused_app.family) == (
        name,
        kind,
        "Example.Drift_1",
    )


@pytest.mark.parametrize("aumid", ["", None])
def test_no_focused_app(aumid: str | None) -> None:
    """An empty AUMID gives no app."""
    assert focused(aumid, [app(aumid=None)], PRODUCT) is None


def test_installed_app() -> None:
    """The installed app with the same AUMID goes before another one of the same package."""
    apps = [app(aumid=None), app(aumid="Example.Drift_1!Other"), app(name="This")]
    assert installed_of("example.DRIFT_1!game", apps) is apps[2]
    assert installed_of("Example.Drift_1!Third", apps) is apps[1]
    assert installed_of("Example.Drift_2!Game", apps) is None
    assert installed_of("!App", [app(aumid=None), app(aumid="")]) is None


def test_screens_of_the_system() -> None:
    """The system's screens have their own names and kinds."""
    assert system_kind(HOME.upper()) is AppKind.HOME
    assert system_kind(IDLE) is AppKind.IDLE_SCREEN
    assert system_kind("Example.Drift_1!Game") is None
    home = focused(HOME, [], PRODUCT)
    assert home
    assert (home.name, home.kind) == ("Home", AppKind.HOME)


@pytest.mark.parametrize(
    ("fields", "launchable"),
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
def test_launchable(fields: dict[str, object], launchable: bool) -> None:
    """A game or app with a name and a product id can be launched, an add-on or a part cannot."""
    launchable_fields = {
        "oneStoreProductId": "9sim71414001",
        "name": "Drift",
        "contentType": "Game",
    }
    installed = app(**{**launchable_fields, **fields})
    assert installed.launchable is launchable
    assert installed.one_store_product_id in ("9SIM71414001", None)
