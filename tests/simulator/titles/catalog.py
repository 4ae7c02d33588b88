"""displaycatalog.mp.microsoft.com, version 7: the store's products, without a token."""

import re
from collections.abc import Iterable
from dataclasses import replace

from ..network import Answer, Call, Host, Refused, json_answer, route, takes_json
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
_HEADER = 8_190  # Bytes of a header that aiohttp accepts.
_MARKET = re.compile(r"[A-Za-z]{2}")
_LANGUAGES = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(,[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)*")
_QUERY = {"market", "languages"}


def by_ids(call: Call) -> Answer:
    """Answer products by id, ordered by product id, without unknown ids.

    More than 20 ids give an answer with a header too long for aiohttp. The real service needs
    hundreds of ids for that.
    """
    _check_query(call, {"bigIds", "fieldsTemplate", "actionFilter"})
    requested_ids = [it for it in call.query.get("bigIds", "").split(",") if it]
    if not requested_ids:
        raise _bad_request("'bigIds' is missing.")
    matches = [it for it in products(call.network.world) if it.product_id in requested_ids]
    content = {"Products": _records(call, sorted(matches, key=lambda it: it.product_id))}
    answer = json_answer(content)
    if len(requested_ids) <= MOST_IDS:
        return answer
    too_long = {"X-Simulated-Ids": ",".join(requested_ids).ljust(_HEADER + 1, ".")}
    return replace(answer, headers={**answer.headers, **too_long})


def lookup(call: Call) -> Answer:
    """Answer products by another kind of id. An empty result is no error."""
    _check_query(call, {"alternateId", "value", "top", "fieldsTemplate"})
    kind, value = call.query.get("alternateId"), call.query.get("value")
    if kind not in ID_TYPES or not value:
        raise _bad_request("'alternateId' is not known, or 'value' is missing.")
    matches = [
        it
        for it in products(call.network.world)
        if it.ids.get(kind, "").casefold() == value.casefold()
    ]
    matches = matches[: number(call, "top", 25, least=1)]
    return json_answer(
        {
            "BigIds": [it.product_id for it in matches],
            "HasMorePages": False,
            "Products": _records(call, matches),
            "TotalResultCount": len(matches),
        }
    )


def autosuggest(call: Call) -> Answer:
    """Answer the products, seasons too, whose name contains a text, each in its own group."""
    _check_query(call, {"query", "productFamilyNames", "platformdependencyname", "topProducts"})
    text = call.query.get("query", "").strip().casefold()
    families = call.query.get("productFamilyNames", "").split(",")
    if not text or not set(families) <= {"Games", "Apps"}:
        raise _bad_request("'query' or 'productFamilyNames' is not valid.")
    language = call.query["languages"]
    matches = [
        it
        for it in products(call.network.world)
        if text in it.named(language).casefold() and family(it) in families
    ]
    matches = matches[: number(call, "topProducts", 10, least=1)]
    results = [suggestion(product, language) for product in matches]
    return json_answer({"Results": results, "TotalResultCount": len(results)})


def _check_call(call: Call) -> None:
    """Require a call without a token that accepts JSON."""
    if "Authorization" in call.headers:
        raise _bad_request("No authorization is wanted here.")
    if not takes_json(call.headers) or not call.headers.get("User-Agent", "").strip():
        raise _bad_request("Accept or User-Agent is missing.")
    if call.network.budgets.spend("", "", "catalog"):
        raise Refused(json_answer({"code": "TooManyRequests"}, 429))


HOST = Host(
    "displaycatalog.mp.microsoft.com",
    [
        route("GET", "/v7.0/products", by_ids),
        route("GET", "/v7.0/products/lookup", lookup),
        route("GET", "/v7.0/productFamilies/autosuggest", autosuggest),
    ],
    _check_call,
)


def _check_query(call: Call, known: set[str]) -> None:
    """Check the query: only known keys, none twice, and a market and language."""
    query = call.query
    if set(query) - known - _QUERY or len(set(query)) != len(query):
        raise _bad_request("The query has keys that are not known.")
    if not _MARKET.fullmatch(query.get("market", "")):
        raise _bad_request("'market' is missing or not valid.")
    if not _LANGUAGES.fullmatch(query.get("languages", "")):
        raise _bad_request("'languages' is missing or not valid.")
    if "fieldsTemplate" in known and query.get("fieldsTemplate") not in TEMPLATES:
        raise _bad_request("'fieldsTemplate' is missing or not played.")


def _records(call: Call, matches: Iterable[Product]) -> list[dict[str, object]]:
    template, language = call.query["fieldsTemplate"], call.query["languages"]
    return [product_record(product, template, language) for product in matches]


def _bad_request(message: str) -> Refused:
    content = {"code": "BadRequest", "data": [], "details": [], "message": message}
    return Refused(json_answer({**content, "source": "DisplayCatalog"}, 400))
