"""The cache of products, games and apps of the store: their names and pictures, kept for days."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from itertools import batched, islice
from typing import Annotated, Any, Final

from pydantic import Field

from ..errors import XboxError, XboxRequestError
from ..gaps import fill_gaps
from ..http.backoff import Backoff
from ..models.base import Items, XboxModel
from ..models.catalog import Product, Suggestion
from ..models.consoles import ProductId
from ..models.system_apps import HOME_FAMILY, LIVE_TV_FAMILY
from ..services.catalog import MOST_IDS, AlternateId, CatalogService

MOST_PRODUCTS: Final = 1000
MOST_FAMILIES: Final = 500
# Answers change seldom (`docs/network.md` S10.4); a product that is not in the store may be there some day.
KEPT_SECONDS: Final = 7 * 86400.0
UNKNOWN_SECONDS: Final = 86400.0
# Seconds until an answer that says little is asked for again.
LOOK_AGAIN_SECONDS: Final = 5.0

_AT_ONCE: Final = 4
_RETRY_SECONDS: Final = 60.0
_LONGEST_RETRY_SECONDS: Final = 900.0
# The store knows parts of the system under another id only (S10.4).
_LEGACY_IDS: Final = {
    HOME_FAMILY.casefold(): "7b3ca835-5ef5-4d96-bc84-c1d8b5084236",
    LIVE_TV_FAMILY.casefold(): "71e7df12-89e0-4dc7-a5ff-a182fc2df94f",
}


class KnownProduct(XboxModel):
    """The kept facts of a product.

    `square` is the address of the picture for an entity, `browsing` that for a list to choose from. Both are at
    known hosts, for `images.picture`.
    """

    product_id: ProductId
    title: str | None = None
    is_game: bool | None = None
    square: str | None = None
    browsing: str | None = None


# Seconds since 1970: a stored time needs a clock that survives a restart.
type _Moment = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _KeptProduct(XboxModel):
    """The latest answer about a product id; `product` is None if the store does not know the id."""

    product_id: ProductId
    asked: _Moment
    product: KnownProduct | None = None


class _KeptFamily(XboxModel):
    """The latest answer about a package family; `product_id` is None if the store does not know it."""

    family: str
    asked: _Moment
    product_id: ProductId | None = None


class _Kept(XboxModel):
    products: Items[_KeptProduct] = ()
    families: Items[_KeptFamily] = ()


class ProductCache:
    """The known products. `version` changes whenever there is something new to keep."""

    def __init__(self, service: CatalogService) -> None:
        """Start with nothing known."""
        self._service = service
        self._backoff = Backoff(
            first_backoff=_RETRY_SECONDS,
            longest_backoff=_LONGEST_RETRY_SECONDS,
            longest_refused=_LONGEST_RETRY_SECONDS,
        )
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._products: dict[str, _KeptProduct] = {}
        self._families: dict[str, _KeptFamily] = {}
        # the latest answers as they came, about products and families that are asked for again
        self._doubted: dict[str, KnownProduct | None] = {}
        self._doubted_families: set[str] = set()
        # products with words of an earlier language, and the moment since which requests are in the present one
        self._foreign: set[str] = set()
        self._words_since = -math.inf
        self.version = 0

    @property
    def error(self) -> XboxError | None:
        """The error of the latest request, None after an answer."""
        return self._backoff.error

    def product(self, product_id: str) -> KnownProduct | None:
        """Return the product of a product id."""
        kept = self._products.get(product_id.upper())
        return kept.product if kept else None

    def by_family(self, family: str) -> KnownProduct | None:
        """Return the product of a package family name."""
        kept = self._families.get(family.casefold())
        return self.product(kept.product_id) if kept and kept.product_id else None

    async def load(self, product_ids: Collection[str] = (), families: Collection[str] = ()) -> None:
        """Ask for products that are unknown, or known for days. Never raises an `XboxError`.

        A failed request leaves the known values and is repeated in a minute.
        """
        wanted = [product_id.upper() for product_id in product_ids]
        _use(self._products, wanted)
        _use(self._families, _by_key(families))
        if time.monotonic() < self._backoff.retry_at:
            return
        ids = _due({product_id: product_id for product_id in wanted}, self._products)
        names = _due(_by_key(families), self._families)
        await asyncio.gather(
            *(self._load_products(some) for some in batched(ids, MOST_IDS, strict=False)),
            *(self._load_family(name) for name in names),
        )

    def is_load_due(self, families: Iterable[str]) -> bool:
        """Tell whether `load` would ask for one of these families now."""
        missing = _due(_by_key(families), self._families)
        return bool(missing) and time.monotonic() >= self._backoff.retry_at

    async def search(self, text: str) -> tuple[Suggestion, ...]:
        """Return games and apps of the store that match a text. Raises any `XboxError`."""
        return await self._service.search(text)

    def forget_words(self) -> None:
        """Take note that the language or the market has changed: known words stay until there are new ones.

        Until then such products are not stored, and due whenever they are asked for.
        """
        self._foreign, self._words_since = set(self._products), time.monotonic()
        self._doubted.clear()
        self._products = {key: _overdue(it) for key, it in self._products.items()}
        self._families = {key: _overdue(it) for key, it in self._families.items()}
        self.version += 1

    def to_store(self) -> dict[str, Any]:
        """Return the known products as JSON, to keep over a restart."""
        told = (it for key, it in self._products.items() if key not in self._foreign)
        kept = _Kept(products=tuple(told), families=tuple(self._families.values()))
        return kept.model_dump(mode="json", exclude_defaults=True)

    def from_store(self, data: object) -> None:
        """Take over the kept products. Unreadable data count as none; a newer answer wins."""
        try:
            kept = _Kept.model_validate(data)
        except ValueError:
            return
        products = {it.product_id: it for it in kept.products}
        families = {it.family.casefold(): it for it in kept.families}
        self._products = products | self._products
        self._families = families | self._families
        self._drop_the_oldest()

    async def _load_products(self, product_ids: tuple[str, ...]) -> None:
        found = await self._ask(lambda: self._service.products(product_ids))
        if found is None:
            return
        products = {product.product_id: product for product in found}
        for product_id in product_ids:
            self._keep_product(product_id, products.get(product_id))

    async def _load_family(self, family: str) -> None:
        key = family.casefold()
        kind, value = AlternateId.PACKAGE_FAMILY_NAME, family
        if legacy := _LEGACY_IDS.get(key):
            kind, value = AlternateId.LEGACY_XBOX_PRODUCT_ID, legacy
        found = await self._ask(lambda: self._service.products_by(kind, value))
        if found is None:
            return
        known = self._families.get(key)
        product_id = found[0].product_id if found else None
        if product_id:
            is_doubted = self._keep_product(product_id, found[0])
        else:
            is_doubted = bool(known and known.product_id) and key not in self._doubted_families
        if is_doubted and known and not product_id:
            product_id = known.product_id
            self._doubted_families.add(key)
        else:
            self._doubted_families.discard(key)
        kept = _KeptFamily(family=family, asked=_asked(again=is_doubted), product_id=product_id)
        self._keep(self._families, key, kept)

    async def _ask(
        self, request: Callable[[], Awaitable[tuple[Product, ...]]]
    ) -> tuple[Product, ...] | None:
        """Return the products of an answer, an empty tuple after a refusal, None after a failure."""
        async with self._at_once:
            if (now := time.monotonic()) < self._backoff.retry_at:
                return None  # another request has failed meanwhile
            try:
                answer = await request()
            except XboxRequestError:
                answer = ()
            except XboxError as err:
                self._backoff.failed(err, time.monotonic())
                return None
        self._backoff.succeeded()
        return None if now < self._words_since else answer

    def _keep_product(self, product_id: str, product: Product | None) -> bool:
        """Keep an answer about a product; return whether it says little, and is to be asked for again.

        What it leaves out stays as it was. Twice in a row it is believed.
        """
        told = _known(product) if product else None
        before = self._products.get(product_id)
        last = self._doubted.pop(product_id, before.product if before else None)
        known = _filled(told, last, before.product if before else None) if told else last
        is_new_and_thin = before is None and told is not None and not _is_whole(told)
        is_doubted = known is not told or is_new_and_thin
        if is_doubted:
            self._doubted[product_id] = told
        if not is_doubted or (told and told.title):
            self._foreign.discard(product_id)
        kept = _KeptProduct(product_id=product_id, asked=_asked(again=is_doubted), product=known)
        self._keep(self._products, product_id, kept)
        return is_doubted

    def _keep[T](self, entries: dict[str, T], key: str, kept: T) -> None:
        entries.pop(key, None)
        entries[key] = kept
        self._drop_the_oldest()
        self.version += 1

    def _drop_the_oldest(self) -> None:
        for product_id in list(islice(self._products, max(0, len(self._products) - MOST_PRODUCTS))):
            del self._products[product_id]
            self._doubted.pop(product_id, None)
        for family in list(islice(self._families, max(0, len(self._families) - MOST_FAMILIES))):
            del self._families[family]
            self._doubted_families.discard(family)


def _asked(*, again: bool) -> float:
    """Return the moment to note for an answer of now, an earlier one if it is to be asked for again soon."""
    return time.time() - (KEPT_SECONDS - LOOK_AGAIN_SECONDS if again else 0.0)


def _overdue[T: (_KeptProduct, _KeptFamily)](kept: T) -> T:
    return kept.model_copy(update={"asked": 0.0})


def _filled(
    told: KnownProduct, last: KnownProduct | None, before: KnownProduct | None
) -> KnownProduct:
    """Return an answer with what it leaves out and the last one told; the same object without a gap.

    A picture in place of another may be there because the better one is left out: it has to come twice, too.
    """
    known = fill_gaps(told, last)
    if last is None or before is None:
        return known
    others = {
        name: picture
        for name in ("square", "browsing")
        if (picture := getattr(before, name))
        and getattr(known, name) not in (picture, getattr(last, name))
    }
    return known.model_copy(update=others) if others else known


def _is_whole(product: KnownProduct) -> bool:
    return all(getattr(product, name) is not None for name in KnownProduct.model_fields)


def _known(product: Product) -> KnownProduct:
    return KnownProduct(
        product_id=product.product_id,
        title=product.title,
        is_game=product.is_game,
        square=product.square,
        browsing=product.browsing,
    )


def _use[T](entries: dict[str, T], keys: Iterable[str]) -> None:
    """Move entries in use to the end: they are dropped last."""
    for key in keys:
        if key in entries:
            entries[key] = entries.pop(key)


def _by_key(families: Iterable[str]) -> dict[str, str]:
    return {family.casefold(): family for family in families if family}


def _due(wanted: Mapping[str, str], entries: Mapping[str, _KeptProduct | _KeptFamily]) -> list[str]:
    """Return the names that are due, by their keys in the entries."""
    return [name for key, name in wanted.items() if _is_due(entries.get(key))]


def _is_due(kept: _KeptProduct | _KeptFamily | None) -> bool:
    if kept is None:
        return True
    known = kept.product if isinstance(kept, _KeptProduct) else kept.product_id
    age = time.time() - kept.asked
    return not 0 <= age < (KEPT_SECONDS if known else UNKNOWN_SECONDS)
