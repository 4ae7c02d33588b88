"""The disks of a console, and the packages on them."""

import uuid
from dataclasses import dataclass, field

from ..titles.title import Title

INSTALLED = 1_900_000_000.0
"""Install time of packages without a known time, in seconds since 1970."""


@dataclass(kw_only=True)
class StorageDevice:
    """A disk of a console, sizes in bytes. `gen9` is None if the answer has no such key."""

    storage_id: str
    name: str = "Internal"
    default: bool = True
    total: float = 838_592_360_448.0
    free: float = 236_267_835_392.0
    gen9: bool | None = None


@dataclass(kw_only=True)
class InstalledApp:
    """An installed package. It is on the default disk if `storage_id` is None.

    `content_type` is `Game`, `App`, `Dlc` or another text. Parts of the system have no product id.
    """

    name: str | None
    product_id: str | None = None
    title_id: str | None = None
    aumid: str | None = None
    content_type: str = "Game"
    storage_id: str | None = None
    parent_id: str | None = None
    legacy_id: str | None = None
    size: float = 43_352_756_224.0
    version: float = 281_509_336_514_560.0
    installed: float = INSTALLED
    updated: float | None = None
    last_active: float | None = None
    unique_id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())

    @property
    def is_game(self) -> bool:
        """Return whether the service calls the package a game."""
        return self.content_type == "Game"


def app_of(title: Title, storage_id: str | None = None) -> InstalledApp:
    """Return the package of a title."""
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"package/{title.title_id}")
    return InstalledApp(
        name=title.name,
        product_id=title.product_id,
        title_id=title.title_id,
        aumid=title.aumid,
        content_type="Game" if title.is_game else "App",
        storage_id=storage_id,
        legacy_id=title.legacy_id.upper() if title.is_game else None,
        size=float(number.int % 90_000_000_000 + 200_000_000),
        unique_id=str(number).upper(),
    )


def system_parts() -> list[InstalledApp]:
    """Return the system's packages, which cannot be launched by product id."""
    part = "Example.SystemPart_8wekyb3d8bbwe"
    return [
        InstalledApp(name=None, aumid=None, content_type="App", size=7_250_253.0),
        InstalledApp(name="System part", aumid=f"{part}!App", content_type="App", size=0.0),
        InstalledApp(name=None, content_type="Unknown", title_id=None, size=18_432.0),
    ]


def extras_of(app: InstalledApp) -> list[InstalledApp]:
    """Return packages that belong to a game and are no media source of their own."""
    season = f"{(app.product_id or '9SIM00000000')[:10]}X1"
    parent = app.unique_id
    return [
        InstalledApp(
            name=f"{app.name}: Season",
            product_id=season,
            content_type="Dlc",
            storage_id=app.storage_id,
            parent_id=parent,
        ),
        InstalledApp(name=f"{app.name} (launcher)", product_id=app.product_id, parent_id=parent),
        InstalledApp(name=None, product_id=f"{season[:11]}2"),
    ]
