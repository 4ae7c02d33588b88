"""displaycatalog.mp.microsoft.com: names and pictures of games and apps (`docs/network.md` S10).

It is the public catalog of the store: a request needs no sign-in and never carries a token.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from ..endpoints import Service
from ..errors import XboxNotFoundError
from ..http.requests import Answer, HttpClient
from ..models.catalog import Product, ProductsAnswer, Suggestion, SuggestionsAnswer

# The answer repeats the ids in a header; with more ids it is longer than aiohttp accepts (S10.1).
MOST_IDS: Final = 20
_MOST_SUGGESTIONS: Final = 10
_COUNTRY: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?-(?P<country>[A-Z]{2})")


class AlternateId(StrEnum):
    """Other names of a product."""

    PACKAGE_FAMILY_NAME = "PackageFamilyName"
    LEGACY_XBOX_PRODUCT_ID = "LegacyXboxProductId"


def market_of(language: str) -> str:
    """Return the market of a locale: its country, whatever the language. Without a country it is `US`."""
    country = _COUNTRY.fullmatch(language)
    return country["country"] if country else "US"


class CatalogService:
    """Reads products of the store."""

    def __init__(self, http: HttpClient, language: str) -> None:
        """`language` is the locale of names; its country is the market of the store."""
        self._http = http
        self.language = language

    async def products(self, product_ids: Sequence[str]) -> tuple[Product, ...]:
        """Return the products of at most `MOST_IDS` ids. An unknown id has none.

        Raises any `XboxError`.
        """
        query = {"bigIds": ",".join(product_ids), "actionFilter": "Browse"}
        answer = await self._ask("/v7.0/products", {**query, "fieldsTemplate": "browse"})
        return (await answer.read(ProductsAnswer.read)).products

    async def products_by(self, kind: AlternateId, value: str) -> tuple[Product, ...]:
        """Return the products, mostly one, of an alternate id. An empty answer is ordinary.

        Raises any `XboxError`.
        """
        query = {"alternateId": kind.value, "value": value, "top": "25"}
        try:
            answer = await self._ask("/v7.0/products/lookup", {**query, "fieldsTemplate": "browse"})
        except XboxNotFoundError:
            return ()
        return (await answer.read(ProductsAnswer.read)).products

    async def search(self, text: str) -> tuple[Suggestion, ...]:
        """Return games and apps for an Xbox that match a text, the best first.

        Raises any `XboxError`.
        """
        query = {
            "query": text,
            "productFamilyNames": "Games,Apps",
            "platformdependencyname": "windows.xbox",
            "topProducts": str(_MOST_SUGGESTIONS),
        }
        answer = await self._ask("/v7.0/productFamilies/autosuggest", query)
        families = (await answer.read(SuggestionsAnswer.read)).results
        found = (product for family in families for product in family.products)
        return tuple(product for product in found if product.launchable)

    async def _ask(self, path: str, query: dict[str, str]) -> Answer:
        where = {**query, "market": market_of(self.language), "languages": self.language}
        answer = await self._http.send(
            Service.CATALOG,
            "GET",
            f"{path}?{urlencode(where, safe=',')}",
            headers={"Accept-Language": self.language},
        )
        answer.raise_for_status()
        return answer
