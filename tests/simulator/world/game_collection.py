"""A collection of up to 650 invented games."""

import itertools

from ..consoles.console import Console
from ..consoles.console_app import app_of
from ..titles.title import Title

_FIRST = [
    "Amberlight",
    "Brindlewick",
    "Cinderquill",
    "Dapplemoor",
    "Eldergrin",
    "Fernhollow",
    "Glimmerpatch",
    "Hushwater",
    "Inkbottle",
    "Jumblewick",
    "Kettlebright",
    "Lanternroot",
    "Mossbutton",
    "Nettlesong",
    "Oatmeal",
    "Pebbleskip",
    "Quillfeather",
    "Rustlepaw",
    "Saltwhistle",
    "Thistledown",
    "Umberleaf",
    "Velvetcog",
    "Wobblestone",
    "Yarrowmint",
    "Zephyrknot",
    "Tumblebee",
]
_SECOND = [
    "Almanac",
    "Bakery",
    "Caravan",
    "Depot",
    "Express",
    "Ferry",
    "Gazette",
    "Harvest",
    "Inn",
    "Junction",
    "Kitchen",
    "Library",
    "Marathon",
    "Nursery",
    "Orchestra",
    "Parade",
    "Quarry",
    "Regatta",
    "Sawmill",
    "Tramway",
    "Umbrellas",
    "Viaduct",
    "Workshop",
    "Xylophone",
    "Yard",
]


def game_collection(count: int) -> list[Title]:
    """Return up to 650 games, the same ones each time."""
    names = itertools.islice(itertools.product(_SECOND, _FIRST), count)
    return [
        Title(
            title_id=str(1_910_000_000 + number),
            name=f"{first} {second}",
            devices=["XboxOne", "XboxSeries"],
            pfn=f"Example.{first}{second}_{number:04d}a1b2c3d4e",
        )
        for number, (second, first) in enumerate(names, 1)
    ]


def install_games(console: Console, count: int = 650) -> list[Title]:
    """Install `count` games on a console and list them in the store. Return their titles."""
    titles = game_collection(count)
    if console.world is not None:
        console.world.add_titles(titles)
    console.apps += [app_of(title) for title in titles]
    return titles
