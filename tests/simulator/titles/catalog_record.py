"""Products of the simulated store, and their JSON records."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..network import Json
from ..times import ticks
from ..world.world import World
from .title import CATALOG_TYPES, HOME, LIVE_TV, Title

_SIZES = {
    "Screenshot": (1_920, 1_080),
    "BrandedKeyArt": (584, 800),
    "Poster": (720, 1_080),
    "SuperHeroArt": (1_920, 1_080),
    "TitledHeroArt": (1_920, 1_080),
    "Hero": (1_920, 1_080),
    "Logo": (150, 150),
}
_OLD_SIZES = {
    "FullScreenPromotionalImageArt": (1_920, 1_080),
    "AppIconWideArt": (720, 1_080),
    "AppIconSquareArt": (1_080, 1_080),
    "BoxArt": (1_080, 1_080),
    "FeaturePromotionalSquareArt": (1_080, 1_080),
}
_OFFERS = {"browse": 12, "details": 150}
_FAMILIES = {"Game": "Games", "Application": "Apps", "Durable": "Games", "Consumable": "Games"}


@dataclass(frozen=True)
class Product:
    """A product of the store: a title, or an add-on of a title, with the title's pictures.

    `kind` is `Game`, `Application`, `Durable` or `Consumable`.
    """

    product_id: str
    title: Title
    kind: str
    add_on: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    def named(self, language: str) -> str:
        """Return the product's name in a language."""
        name = self.title.named(language)
        return f"{name}: {self.add_on}" if self.add_on else name


def products(world: World) -> Iterator[Product]:
    """Yield the store's products: its titles, two system apps, and a season of each game."""
    for title in world.titles.values():
        known = not title.system or title.title_id in (HOME, LIVE_TV)
        if not (known and title.in_store):
            continue
        yield Product(title.product_id, title, title.type, ids=_ids(title))
        if title.is_game and not title.is_xbox_360:
            yield Product(f"{title.product_id[:10]}X1", title, "Durable", "Season")


def product_record(product: Product, template: str, language: str) -> dict[str, Json]:
    """Return the record of a product: small (`browse`) or very large (`details`)."""
    localized: dict[str, Json] = {
        "Images": _images(product.title),
        "ProductTitle": product.named(language),
    }
    market: dict[str, Json] = {
        "OriginalReleaseDate": "2029-10-25T00:00:00.0000000Z",
        "UsageData": [_usage(span) for span in ("7Days", "30Days", "AllTime")],
    }
    record: dict[str, Json] = {
        "LocalizedProperties": [localized],
        "MarketProperties": [market],
        "ProductBSchema": "ProductGame;1" if product.kind == "Game" else "ProductUnifiedApp;3",
        "ProductId": product.product_id,
        "PartD": "",
        "ProductFamily": family(product),
        "ProductKind": product.kind,
        "DisplaySkuAvailabilities": [_offers(product, _OFFERS[template])],
    }
    if template == "details":
        _add_details(product, record, language)
    return record


def suggestion(product: Product, language: str) -> dict[str, Json]:
    """Return a product as a search result, in its own group."""
    image = next((it for it in _images(product.title) if it["ImagePurpose"] == "BoxArt"), None)
    entry: dict[str, Json] = {
        "BackgroundColor": "",
        "Height": image["Height"] if image else 0,
        "ImageType": "BoxArt",
        "Width": image["Width"] if image else 0,
        "PlatformProperties": [],
        "Icon": image["Uri"] if image else "",
        "ProductId": product.product_id,
        "Type": product.kind,
        "Title": product.named(language),
    }
    return {"ProductFamilyName": family(product), "Products": [entry]}


def family(product: Product) -> str:
    """Return the product's family: `Games` or `Apps`."""
    return _FAMILIES.get(product.kind, "Apps")


def _ids(title: Title) -> dict[str, str]:
    ids = {"LegacyXboxProductId": title.legacy_id, "XboxTitleId": title.title_id}
    return {**ids, "PackageFamilyName": title.pfn} if title.pfn else ids


def _images(title: Title) -> list[dict[str, Json]]:
    if title.is_xbox_360 or title.system:
        uri = f"https://images-eds-ssl.xboxlive.com/image?url={title.image_address}"
        return [_image(kind, uri, size, "Xbox") for kind, size in _OLD_SIZES.items()]
    return [
        _image(
            kind, title.image_url(number).removeprefix("http:"), _SIZES.get(kind, (1_080, 1_080))
        )
        for number, kind in enumerate(CATALOG_TYPES)
    ]


def _image(purpose: str, uri: str, size: tuple[int, int], position: str = "") -> dict[str, Json]:
    digest = hashlib.sha256(f"{purpose} {uri}".encode()).hexdigest()
    return {
        "FileId": str(2_000_000_000_000_000_000 + int(digest[:12], 16)),
        "EISListingIdentifier": None,
        "BackgroundColor": "",
        "Caption": "",
        "FileSizeInBytes": int(digest[:5], 16),
        "ForegroundColor": "",
        "Height": size[1],
        "ImagePositionInfo": position,
        "ImagePurpose": purpose,
        "UnscaledImageSHA256Hash": digest,
        "Uri": uri,
        "Width": size[0],
    }


def _usage(span: str) -> dict[str, Json]:
    return {
        "AggregateTimeSpan": span,
        "AverageRating": 4.1,
        "RatingCount": 1_404,
        "RentalCount": "0",
        "PurchaseCount": "0",
    }


def _offers(product: Product, count: int) -> dict[str, Json]:
    offers = [
        {
            "Actions": ["Details", "Fulfill", "Purchase", "Browse", "Curate", "Redeem"],
            "AvailabilityId": f"9SIMOFFER{number:03d}",
            "Conditions": {
                "ClientConditions": {"AllowedPlatforms": [{"PlatformName": "Windows.Xbox"}]},
                "EndDate": "9998-12-30T00:00:00.0000000Z",
                "ResourceSetIds": ["1"],
                "StartDate": "1753-01-01T00:00:00.0000000Z",
            },
            "OrderManagementData": {
                "GrantedEntitlementKeys": [f"big:{product.product_id}:0001"],
                "Price": {
                    "CurrencyCode": "USD",
                    "IsPIRequired": False,
                    "ListPrice": 0.0,
                    "MSRP": 0.0,
                    "TaxType": "",
                    "WholesaleCurrencyCode": "",
                },
            },
            "Properties": {"OriginalReleaseDate": "2029-10-25T00:00:00.0000000Z"},
            "SkuId": "0001",
        }
        for number in range(count)
    ]
    return {"Availabilities": offers}


def _add_details(product: Product, record: dict[str, Json], language: str) -> None:
    title, name = product.title, product.named(language)
    record["LocalizedProperties"][0] |= {
        "DeveloperName": title.developer,
        "PublisherName": title.publisher,
        "ShortTitle": name,
        "SortTitle": name,
        "ProductDescription": title.description,
        "ShortDescription": "",
        "Language": language.split(",", maxsplit=1)[0],
        "Videos": [],
    }
    record["MarketProperties"][0]["ContentRatings"] = []
    record |= {
        "LastModifiedDate": ticks(1_900_000_000.0),
        "ProductType": product.kind,
        "AlternateIds": [{"IdType": key, "Value": value} for key, value in product.ids.items()],
        "Properties": {
            "PackageFamilyName": title.pfn,
            "Category": title.genres[0] if title.genres else "",
            "LastUpdateDate": "",
            "PublisherId": "00000000",
            "RevisionId": "2029-10-25T00:00:00.0000000Z",
        },
    }
