"""Recorded answers of the console service and the store, read by the models."""

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.consoles.activity import AppKind
from custom_components.xbox_network.xbox.consoles.focused_app import focused
from custom_components.xbox_network.xbox.images import picture
from custom_components.xbox_network.xbox.models.catalog import ProductsAnswer, SuggestionsAnswer
from custom_components.xbox_network.xbox.models.consoles import Power
from custom_components.xbox_network.xbox.services.catalog import AlternateId
from tests.client.conftest import CATALOG, CONSOLES
from tests.helpers.recorded import FOLDER, Recorded
from tests.simulator import Simulator


def serve(simulator: Simulator, recorded: Recorded, host: str, name: str) -> None:
    """Make a host answer the recorded bytes."""
    recorded(name)
    simulator.fail(host, body=(FOLDER / f"{name}.json").read_bytes())


async def test_consoles(recorded: Recorded, client: XboxClient, simulator: Simulator) -> None:
    """Two sleeping consoles with three disks."""
    serve(simulator, recorded, CONSOLES, "smartglass_console_list")
    first, second = await client.consoles.consoles()
    assert (first.console_id, first.name, first.console_type) == ("ABCDEFG", "XONEX", "XboxOneX")
    assert (first.power, second.power) == (Power.STANDBY, Power.STANDBY)
    assert first.remote_management_enabled is True
    (disk,) = first.storage_devices
    assert (disk.free_space_bytes, disk.total_space_bytes) == (236267835392, 838592360448)
    assert [it.storage_device_name for it in second.storage_devices] == ["Internal", "External"]
    assert [it.is_default for it in second.storage_devices] == [False, True]


async def test_apps(recorded: Recorded, client: XboxClient, simulator: Simulator) -> None:
    """A game and an app."""
    serve(simulator, recorded, CONSOLES, "smartglass_installed_apps")
    apps = await client.consoles.installed_apps("ABCDEFG")
    game, app = apps
    assert (game.name, game.title_id, game.game) == ("eFootball PES 2020", "12206284", True)
    assert (game.one_store_product_id, game.launchable) == ("C2DCVRMJ9V45", True)
    assert (app.name, app.game, app.launchable) == ("Netflix", False, True)
    shown = focused("4DF9E0F8.Netflix_mcm4njqhnhss8!App", apps, None)
    assert shown
    assert (shown.name, shown.kind, shown.title_id) == ("Netflix", AppKind.APP, "327370029")


async def test_operation(recorded: Recorded, client: XboxClient, simulator: Simulator) -> None:
    """A console that is waking up."""
    op_id = "35bd7870-fad4-4e98-a354-d027bd840116"
    serve(simulator, recorded, CONSOLES, "smartglass_op_status")
    operation = await client.consoles.operation(op_id.upper(), "ABCDEFG")
    assert operation
    assert (operation.operation_status, operation.succeeded) == ("Pending", False)
    serve(simulator, recorded, CONSOLES, "smartglass_op_status")
    assert await client.consoles.operation("another", "ABCDEFG") is None


async def test_products(recorded: Recorded, client: XboxClient, simulator: Simulator) -> None:
    """Two games with many pictures."""
    serve(simulator, recorded, CATALOG, "catalog_browse")
    first, second = await client.catalog.products(["C5DTJ99626K3", "BT5P2X999VH2"])
    assert (first.product_id, first.title) == (
        "C5DTJ99626K3",
        "Call of Duty®: Modern Warfare®",
    )
    assert (second.title, second.is_game) == ("Fortnite", True)
    names = "FeaturePromotionalSquareArt", "Poster"
    for product in (first, second):
        body = next(
            it
            for it in recorded("catalog_browse")["Products"]
            if it["ProductId"] == product.product_id
        )
        uris = {it["ImagePurpose"]: it["Uri"] for it in body["LocalizedProperties"][0]["Images"]}
        assert (product.square, product.browsing) == tuple(uris[name] for name in names)
        image = picture(product.square)
        assert image
        assert image.address.startswith(str(simulator.url))


async def test_live_tv(recorded: Recorded, client: XboxClient, simulator: Simulator) -> None:
    """An old product with pictures at the old host."""
    serve(simulator, recorded, CATALOG, "catalog_product_lookup_legacy")
    kind = AlternateId.LEGACY_XBOX_PRODUCT_ID
    (product,) = await client.catalog.products_by(kind, "71e7df12-89e0-4dc7-a5ff-a182fc2df94f")
    assert (product.title, product.is_game) == ("TV", False)
    image = picture(product.square)
    assert image
    assert image.host == "images-eds-ssl.xboxlive.com"


async def test_search(recorded: Recorded, client: XboxClient, simulator: Simulator) -> None:
    """Ten products; the games and apps of them can be launched."""
    serve(simulator, recorded, CATALOG, "catalog_search")
    products = await client.catalog.search("Destin")
    assert products[0].title == "Destiny 2"
    answer = recorded("catalog_search")
    parsed = SuggestionsAnswer.read(answer, CATALOG)
    assert sum(len(family.products) for family in parsed.results) == answer["TotalResultCount"]
    assert {it.type for it in products} == {"Game", "Application"}
    assert all(picture(it.icon) for it in products)


@pytest.mark.parametrize("name", ["catalog_browse", "catalog_product_lookup_legacy"])
def test_unused_fields_are_not_read(
    recorded: Recorded, name: str, freezer: FrozenDateTimeFactory
) -> None:
    """Prices, packages and ratings are not read."""
    parsed = ProductsAnswer.read(recorded(name), CATALOG)
    assert "Availabilities" not in repr(parsed)
    assert len(repr(parsed)) < 20_000
