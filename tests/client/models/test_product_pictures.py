"""The pictures of a product of the store."""

import pytest

from custom_components.xbox_network.xbox.models.catalog import Product


def image(purpose: str, width: int = 300, height: int = 300, **fields: object) -> dict[str, object]:
    """Return a picture of the store's answer."""
    uri = f"//store-images.s-microsoft.com/image/{purpose}.{width}"
    return {"ImagePurpose": purpose, "Width": width, "Height": height, "Uri": uri, **fields}


SHOT = image("Screenshot", 1000, 1000)


@pytest.mark.parametrize(
    ("images", "square", "browsing"),
    [
        ([], None, None),
        ([SHOT], None, None),
        ([SHOT, image("BoxArt"), image("Tile")], "Tile", "BoxArt"),
        ([image("BoxArt"), image("Logo"), image("Poster", 720, 1080)], "Logo", "Poster"),
        ([image("Logo", 299, 299), image("boxart", 400, 400)], "boxart", "boxart"),
        ([image("Tile", 300, 301), image("BrandedKeyArt", 584, 800)], None, "BrandedKeyArt"),
        ([image("BrandedKeyArt", 584, 800), image("Poster", 720, 1080)], None, "Poster"),
        ([image("BrandedKeyArt", 800, 800), image("Poster", 720, 1080)], None, "Poster"),
        ([image("Poster", 800, 800), image("BrandedKeyArt", 584, 800)], None, "BrandedKeyArt"),
        ([image("BoxArt"), image("Tile", 400, 600)], "BoxArt", "Tile"),
        ([image("Poster", 800, 800), image("BoxArt", 900, 600)], None, "Poster"),
        ([image("Poster", Width=None), image("BoxArt")], "BoxArt", "Poster"),
        ([image("Poster", Height=None), image("Tile", 400, 600)], None, "Poster"),
        ([image("Poster", Width=None), image("Tile", 400, 600)], None, "Poster"),
        ([image("Poster", 0, 0), image("BoxArt")], "BoxArt", "Poster"),
        (
            [image("BoxArt"), image("FeaturePromotionalSquareArt")],
            "FeaturePromotionalSquareArt",
            "BoxArt",
        ),
        ([image("Tile", Uri="https://example.org/a.png"), image("BoxArt")], "BoxArt", "BoxArt"),
        ([image("Tile", Uri=None), image("Tile", 310, 310)], "Tile", "Tile"),
        ([image("Tile", Width=None)], None, "Tile"),
        ([image("Tile", Width=None, Height=None)], None, "Tile"),
    ],
)
def test_pictures(
    images: list[dict[str, object]], square: str | None, browsing: str | None
) -> None:
    """The picture is of the first known purpose and host; an entity's one is square and large enough."""
    body = {"ProductId": "9SIM71414001", "LocalizedProperties": [{"Images": images}]}
    product = Product.model_validate(body)

    def purpose(address: str | None) -> str | None:
        return address.rpartition("/")[2].partition(".")[0] if address else None

    assert (purpose(product.square), purpose(product.browsing)) == (square, browsing)
