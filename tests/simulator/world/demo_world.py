"""The world of the demo: invented people, titles and consoles."""

from ..auth.personas import all_personas
from ..consoles.console import ON, Console
from ..consoles.console_app import InstalledApp, StorageDevice, app_of, extras_of, system_parts
from ..people.person import LastSeen, Person, Progress
from ..times import Clock, wall_clock
from ..titles.title import Title
from .world import World

STARFALL_DRIFT = "1900000001"
HARBOR_KINGS = "1900000002"
MOSS_AND_MACHINE = "1900000003"
TINY_TURBINES = "1900000004"
EMBER_VALE = "1900000360"
LUMEN_VIDEO = "1900000900"

QUIET_HARBOR = "2535400000000011"
BRASS_OTTER = "2535400000000012"
VELVET_COMET = "2535400000000013"
SIR_PICKLES = "2535400000000014"
LUMEN_FOX = "2535400000000015"
COPPER_FINCH = "2535400000000016"

DEN = "F400000000000001"
BEDROOM = "F400000000000002"
DEN_DISK = "A1000000-0000-4000-8000-000000000001"
SHELF_DISK = "A1000000-0000-4000-8000-000000000002"
BEDROOM_DISK = "A1000000-0000-4000-8000-000000000003"


def demo_titles() -> list[Title]:
    """Return games, an app and an Xbox 360 game."""
    return [
        Title(
            title_id=STARFALL_DRIFT,
            name="Starfall Drift",
            devices=["PC", "XboxSeries"],
            pfn="Example.StarfallDrift_0a1b2c3d4e5f6",
            names={"de": "Sternensturz"},
            game_pass=True,
            streamable=True,
        ),
        Title(
            title_id=HARBOR_KINGS,
            name="Harbor Kings",
            devices=["XboxOne", "XboxSeries"],
            pfn="Example.HarborKings_1b2c3d4e5f6g7",
            gamerscore=1250,
            achievements=50,
            genres=["Strategy"],
            min_age=None,
        ),
        Title(
            title_id=MOSS_AND_MACHINE,
            name="Moss & Machine",
            devices=["PC", "Win32"],
            pfn="Example.MossMachine_2c3d4e5f6g7h8",
            achievements=25,
            developer="",
        ),
        Title(
            title_id=TINY_TURBINES,
            name="Tiny Turbines",
            devices=["Mobile", "Android", "iOS"],
            pfn="Example.TinyTurbines_3d4e5f6g7h8i9",
            gamerscore=500,
            achievements=20,
        ),
        Title(
            title_id=EMBER_VALE,
            name="Ember Vale",
            devices=["Xbox360", "XboxOne"],
            source_version=1,
            media_item_type="Xbox360Game",
            modern_title_id="1900000361",
        ),
        Title(
            title_id=LUMEN_VIDEO,
            name="Lumen Video",
            type="Application",
            devices=["XboxOne", "XboxSeries"],
            pfn="Example.LumenVideo_4e5f6g7h8i9j0",
            gamerscore=0,
            achievements=0,
            source_version=0,
        ),
    ]


def demo_world(clock: Clock = wall_clock) -> World:
    """Return the world of the demo: an owner with five friends, and the other personas."""
    world = World(clock)
    world.add_titles(demo_titles())
    for persona in all_personas().values():
        world.add(Person(persona.xuid, persona.name, gamerscore=120))
    owner = world.person(all_personas()["adult"].xuid)
    _describe_owner(owner)
    for number, friend in enumerate(_friends(), 1):
        world.befriend(owner, world.add(friend))
        friend.progress[HARBOR_KINGS] = Progress(3, 75, clock() - 86_400 * number)
        friend.last_seen = LastSeen("Scarlett", HARBOR_KINGS, clock() - 3_600 * number)
    owner.favorites.add(QUIET_HARBOR)
    world.person(all_personas()["alone"].xuid).gamerscore = 15
    return world


def add_guests(world: World) -> None:
    """Give the owner three more friends and one friend request."""
    owner = world.person(all_personas()["adult"].xuid)
    for guest in (
        Person(COPPER_FINCH, "Copper Finch", gamerscore=7_460),
        Person("2535400000000017", "Tidal Moth", "88", gamerscore=12_900),
        Person("2535400000000018", "Старый Фонарь", gamerscore=154_025, classic="OldLantern5107"),
    ):
        world.befriend(owner, world.add(guest))
    world.person(COPPER_FINCH).progress[EMBER_VALE] = Progress(21, 515, world.clock() - 9_000)
    stranger = world.add(Person("2535400000000019", "Marble Heron", gamerscore=4_310))
    world.request_friendship(stranger, owner)


def add_consoles(world: World) -> tuple[Console, Console]:
    """Add a console that is on and one in standby to the owner's. Return both.

    From now on the first console shows the owner's activity on a Series console.
    """
    owner = world.person(all_personas()["adult"].xuid)
    den, bedroom = _den(world, owner.xuid), _bedroom(world, owner.xuid)
    den.regulars.append(owner)
    for console in (den, bedroom):
        world.add_console(console)
    den.power = ON
    bedroom.focus = world.titles[HARBOR_KINGS].aumid
    if "Scarlett" in owner.devices:
        den.sit_down(owner)
    return den, bedroom


def _den(world: World, owner: str) -> Console:
    drift, *others = (app_of(world.titles[it]) for it in (STARFALL_DRIFT, LUMEN_VIDEO))
    kings = app_of(world.titles[HARBOR_KINGS], SHELF_DISK)
    unlisted = InstalledApp(
        name="Grid Tuner",
        product_id="9SIMGRIDTUN1",
        aumid="Example.GridTuner_5f6g7h8i9j0k1!App",
        content_type="App",
    )
    disks = [
        StorageDevice(storage_id=DEN_DISK, gen9=True),
        StorageDevice(
            storage_id=SHELF_DISK,
            name="External",
            default=False,
            total=4_000_787_029_504.0,
            free=3_200_714_067_968.0,
            gen9=False,
        ),
    ]
    apps = [drift, *extras_of(drift), *others, kings, unlisted, *system_parts()]
    return Console(console_id=DEN, owner=owner, tv_configured=True, storage=disks, apps=apps)


def _bedroom(world: World, owner: str) -> Console:
    titles = (HARBOR_KINGS, EMBER_VALE, LUMEN_VIDEO)
    disk = StorageDevice(storage_id=BEDROOM_DISK, total=391_915_761_664.0, free=14_716_354_150.0)
    return Console(
        console_id=BEDROOM,
        owner=owner,
        name="Bedroom",
        console_type="XboxOneS",
        bare=True,
        storage=[disk],
        apps=[*(app_of(world.titles[it]) for it in titles), *system_parts()],
    )


def _friends() -> list[Person]:
    return [
        Person(QUIET_HARBOR, "Quiet Harbor", "42", "Mara Lindqvist", 905),
        Person(BRASS_OTTER, "Brass Otter", gamerscore=22140, picture_style="plain"),
        Person(VELVET_COMET, "Velvet Comet", "3430", "", 61005, picture_style="padding"),
        Person(
            SIR_PICKLES,
            "Sir Pickles",
            "",
            "Tomas Ek",
            3310,
            "Racing on Sundays.",
            classic="VastQuill5521",
        ),
        Person(LUMEN_FOX, "Lumen Fox", "7", gamerscore=48770, reputation="Superstar"),
    ]


def _describe_owner(owner: Person) -> None:
    owner.real_name = "Robin Calder"
    owner.gamerscore = 18450
    owner.bio = "Drifting since 2031."
    owner.location = "Port Ember"
    owner.followers = 57
    owner.following = 34
    owner.colors = ("744DA9", "24153B", "4c208a")
    now = owner.world.clock() if owner.world else 0.0
    owner.progress = {
        STARFALL_DRIFT: Progress(12, 300, now - 7_200),
        HARBOR_KINGS: Progress(4, 100, now - 90_000),
        EMBER_VALE: Progress(10, 250, now - 400_000),
        LUMEN_VIDEO: Progress(0, 0, now - 500_000),
    }
    owner.last_seen = LastSeen("Scarlett", STARFALL_DRIFT, now - 7_000)
