"""displaycatalog.mp.microsoft.com, which wants no token. Version 7."""

import re
from collections.abc import Iterable
from dataclasses import replace

from ..network import Answer, Call, Host, Refused, accepts_json, json_answer, route
from ..services import number
from .catalog_record import Product, family, product_record, products, suggestion

MOST_IDS = 20
TEMPLATES = ("browse", "details")
ID_TYPES = (
    "PackageFamilyName",
    "XboxTitleId",
    "LegacyXboxProductId",
    "LegacyWindowsStoreProductId",
    "LegacyWindowsPhoneProductId",
)
_HEADER = 8_190  # bytes of a header that aiohttp reads
_MARKET = re.compile(r"[A-Za-z]{2}")
_LANGUAGES = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(,[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)*")
_QUERY = {"market", "languages"}


def by_ids(call: Call) -> Answer:
    """Answer products by id in an order of its own, without those that do not exist.

    More than 20 end in a header that no aiohttp client reads; in reality it takes hundreds.
    """
    _check(call, {"bigIds", "fieldsTemplate", "actionFilter"})
    asked = [it for it in call.query.get("bigIds", "").split(",") if it]
    if not asked:
        raise _bad("'bigIds' is missing.")
    found = [it for it in products(call.network.world) if it.product_id in asked]
    content = {"Products": _records(call, sorted(found, key=lambda it: it.product_id))}
    answer = json_answer(content)
    if len(asked) <= MOST_IDS:
        return answer
    too_long = {"X-Simulated-Ids": ",".join(asked).ljust(_HEADER + 1, ".")}
    return replace(answer, headers={**answer.headers, **too_long})


def lookup(call: Call) -> Answer:
    """Answer products by another id: maybe none, which is no error."""
    _check(call, {"alternateId", "value", "top", "fieldsTemplate"})
    kind, value = call.query.get("alternateId"), call.query.get("value")
    if kind not in ID_TYPES or not value:
        raise _bad("'alternateId' is not known, or 'value' is missing.")
    found = [
        it
        for it in products(call.network.world)
        if it.ids.get(kind, "").casefold() == value.casefold()
    ]
    found = found[: number(call, "top", 25, least=1)]
    return json_answer(
        {
            "BigIds": [it.product_id for it in found],
            "HasMorePages": False,
            "Products": _records(call, found),
            "TotalResultCount": len(found),
        }
    )


def autosuggest(call: Call) -> Answer:
    """Answer products that have a text in their name, seasons too, each in a group of its own."""
    _check(call, {"query", "productFamilyNames", "platformdependencyname", "topProducts"})
    text = call.query.get("query", "").strip().casefold()
    families = call.query.get("productFamilyNames", "").split(",")
    if not text or not set(families) <= {"Games", "Apps"}:
        raise _bad("'query' or 'productFamilyNames' is not valid.")
    language = call.query["languages"]
    found = [
        it
        for it in products(call.network.world)
        if text in it.named(language).casefold() and family(it) in families
    ]
    found = found[: number(call, "topProducts", 10, least=1)]
    results = [suggestion(product, language) for product in found]
    return json_answer({"Results": results, "TotalResultCount": len(results)})


def _pass(call: Call) -> None:
    """Let through who shows no token and wants JSON."""
    if "Authorization" in call.headers:
        raise _bad("No authorization is wanted here.")
    if not accepts_json(call.headers) or not call.headers.get("User-Agent", "").strip():
        raise _bad("Accept or User-Agent is missing.")
    if call.network.budgets.spend("", "", "catalog"):
        raise Refused(json_answer({"code": "TooManyRequests"}, 429))


HOST = Host(
    "displaycatalog.mp.microsoft.com",
    [
        route("GET", "/v7.0/products", by_ids),
        route("GET", "/v7.0/products/lookup", lookup),
        route("GET", "/v7.0/productFamilies/autosuggest", autosuggest),
    ],
    _pass,
)


def _check(call: Call, known: set[str]) -> None:
    """Check what every question has to say: nothing unknown, nothing twice, where, in what."""
    query = call.query
    if set(query) - known - _QUERY or len(set(query)) != len(query):
        raise _bad("The query has keys that are not known.")
    if not _MARKET.fullmatch(query.get("market", "")):
        raise _bad("'market' is missing or not valid.")
    if not _LANGUAGES.fullmatch(query.get("languages", "")):
        raise _bad("'languages' is missing or not valid.")
    if "fieldsTemplate" in known and query.get("fieldsTemplate") not in TEMPLATES:
        raise _bad("'fieldsTemplate' is missing or not played.")


def _records(call: Call, found: Iterable[Product]) -> list[dict[str, object]]:
    template, language = call.query["fieldsTemplate"], call.query["languages"]
    return [product_record(product, template, language) for product in found]


def _bad(message: str) -> Refused:
    content = {"code": "BadRequest", "data": [], "details": [], "message": message}
    return Refused(json_answer({**content, "source": "DisplayCatalog"}, 400))
