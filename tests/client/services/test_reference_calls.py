"""The reference library (python-xbox) as a client of the simulator: each of its calls to a service that is played.

It sends what it sends to the real network every day, and reads the answers with its own models.
"""

import importlib
import inspect
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pythonxbox.api.client import XboxLiveClient
from pythonxbox.api.provider.catalog.models import AlternateIdType, FieldsTemplate
from pythonxbox.api.provider.people.models import PeopleDecoration
from pythonxbox.api.provider.presence.models import PresenceLevel, PresenceState
from pythonxbox.api.provider.smartglass.models import (
    GuideTab,
    InputKeyType,
    VolumeDirection,
)
from pythonxbox.authentication.manager import AuthenticationManager
from yarl import URL

from tests.client.conftest import FRIEND, OTHER_FRIEND, OWNER, REDIRECT_URI, STARFALL_DRIFT
from tests.helpers.client.reference import client_of_library
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Console, Simulator

type Call = Callable[[XboxLiveClient, "Subjects"], Awaitable[Any]]


class Subjects:
    """What the calls are about."""

    def __init__(self, simulator: Simulator, den: Console) -> None:
        """Take them from the demo world."""
        title = simulator.world.titles[STARFALL_DRIFT]
        self.console = den.console_id
        self.scid = str(title.scid)
        self.product = str(title.product_id)
        self.pfn = str(title.pfn)


async def operation(xbox: XboxLiveClient, console: str) -> Any:
    """Send a command, and ask what has become of it."""
    command = await xbox.smartglass.mute(console)
    return await xbox.smartglass.get_op_status(console, str(command.op_id))


CALLS: dict[str, Call] = {
    "profile of some": lambda xbox, it: xbox.profile.get_profiles([OWNER, FRIEND]),
    "profile by xuid": lambda xbox, it: xbox.profile.get_profile_by_xuid(FRIEND),
    "profile by gamertag": lambda xbox, it: xbox.profile.get_profile_by_gamertag("Brass Otter"),
    "friends": lambda xbox, it: xbox.people.get_friends_own(),
    "friends, decorated": lambda xbox, it: xbox.people.get_friends_own(list(PeopleDecoration)),
    "friends of somebody": lambda xbox, it: xbox.people.get_friends_by_xuid(OWNER),
    "a friend": lambda xbox, it: xbox.people.get_friend_by_xuid(FRIEND),
    "some people": lambda xbox, it: xbox.people.get_friends_own_batch([OWNER, FRIEND]),
    "recommendations": lambda xbox, it: xbox.people.get_friend_recommendations(),
    "summary": lambda xbox, it: xbox.people.get_friends_summary_own(),
    "summary by xuid": lambda xbox, it: xbox.people.get_friends_summary_by_xuid(OWNER),
    "summary by gamertag": lambda xbox, it: xbox.people.get_friends_summary_by_gamertag(
        "Brass Otter"
    ),
    "presence": lambda xbox, it: xbox.presence.get_presence(FRIEND),
    "presence, all": lambda xbox, it: xbox.presence.get_presence(FRIEND, PresenceLevel.ALL),
    "presence of some": lambda xbox, it: xbox.presence.get_presence_batch(
        [OWNER, FRIEND, OTHER_FRIEND], presence_level=PresenceLevel.ALL
    ),
    "presence of who is online": lambda xbox, it: xbox.presence.get_presence_batch(
        [OWNER, FRIEND], online_only=True
    ),
    "own presence": lambda xbox, it: xbox.presence.get_presence_own(),
    "appear offline": lambda xbox, it: xbox.presence.set_presence_own(PresenceState.CLOAKED),
    "title history": lambda xbox, it: xbox.titlehub.get_title_history(OWNER, max_items=20),
    "title": lambda xbox, it: xbox.titlehub.get_title_info(STARFALL_DRIFT),
    "title for somebody": lambda xbox, it: xbox.titlehub.get_title_info_by_xuid(
        OWNER, STARFALL_DRIFT
    ),
    "title by family name": lambda xbox, it: xbox.titlehub.get_title_info_by_pfn(it.pfn),
    "titles": lambda xbox, it: xbox.titlehub.get_titles_batch([it.pfn]),
    "statistics": lambda xbox, it: xbox.userstats.get_stats(OWNER, it.scid),
    "statistics with metadata": lambda xbox, it: xbox.userstats.get_stats_with_metadata(
        OWNER, it.scid
    ),
    "statistics of some": lambda xbox, it: xbox.userstats.get_stats_batch([OWNER], STARFALL_DRIFT),
    "statistics by scid": lambda xbox, it: xbox.userstats.get_stats_batch_by_scid([OWNER], it.scid),
    "achievement": lambda xbox, it: xbox.achievements.get_achievements_detail_item(
        OWNER, it.scid, "1"
    ),
    "360: all": lambda xbox, it: xbox.achievements.get_achievements_xbox360_all(
        OWNER, "1900000360"
    ),
    "360: earned": lambda xbox, it: xbox.achievements.get_achievements_xbox360_earned(
        OWNER, "1900000360"
    ),
    "360: progress": lambda xbox, it: (
        xbox.achievements.get_achievements_xbox360_recent_progress_and_info(OWNER)
    ),
    "360: unlocks": lambda xbox, it: xbox.achievements.get_achievements_xbox360_recent_unlocks(
        OWNER
    ),
    "achievements": lambda xbox, it: xbox.achievements.get_achievements_xboxone_gameprogress(
        OWNER, STARFALL_DRIFT
    ),
    "progress": lambda xbox, it: (
        xbox.achievements.get_achievements_xboxone_recent_progress_and_info(OWNER)
    ),
    "unlocks": lambda xbox, it: xbox.achievements.get_achievements_xboxone_recent_unlocks(OWNER),
    "products": lambda xbox, it: xbox.catalog.get_products([it.product], FieldsTemplate.DETAILS),
    "products, browse": lambda xbox, it: xbox.catalog.get_products(
        [it.product], FieldsTemplate.BROWSE
    ),
    "product by title": lambda xbox, it: xbox.catalog.get_product_from_alternate_id(
        STARFALL_DRIFT, AlternateIdType.XBOX_TITLE_ID
    ),
    "product by family name": lambda xbox, it: xbox.catalog.get_product_from_alternate_id(
        it.pfn, AlternateIdType.PACKAGE_FAMILY_NAME
    ),
    "search for products": lambda xbox, it: xbox.catalog.product_search("drift"),
    "consoles": lambda xbox, it: xbox.smartglass.get_console_list(),
    "apps": lambda xbox, it: xbox.smartglass.get_installed_apps(it.console),
    "disks": lambda xbox, it: xbox.smartglass.get_storage_devices(it.console),
    "status": lambda xbox, it: xbox.smartglass.get_console_status(it.console),
    "wake": lambda xbox, it: xbox.smartglass.wake_up(it.console),
    "turn off": lambda xbox, it: xbox.smartglass.turn_off(it.console),
    "reboot": lambda xbox, it: xbox.smartglass.reboot(it.console),
    "mute": lambda xbox, it: xbox.smartglass.mute(it.console),
    "unmute": lambda xbox, it: xbox.smartglass.unmute(it.console),
    "volume": lambda xbox, it: xbox.smartglass.volume(it.console, VolumeDirection.Up),
    "play": lambda xbox, it: xbox.smartglass.play(it.console),
    "pause": lambda xbox, it: xbox.smartglass.pause(it.console),
    "previous": lambda xbox, it: xbox.smartglass.previous(it.console),
    "next": lambda xbox, it: xbox.smartglass.next(it.console),
    "home": lambda xbox, it: xbox.smartglass.go_home(it.console),
    "back": lambda xbox, it: xbox.smartglass.go_back(it.console),
    "guide": lambda xbox, it: xbox.smartglass.show_guide_tab(it.console, GuideTab.Guide),
    "button": lambda xbox, it: xbox.smartglass.press_button(it.console, InputKeyType.A),
    "text": lambda xbox, it: xbox.smartglass.insert_text(it.console, "hello"),
    "launch": lambda xbox, it: xbox.smartglass.launch_app(it.console, it.product),
    "TV guide": lambda xbox, it: xbox.smartglass.show_tv_guide(it.console),
    "operation": lambda xbox, it: operation(xbox, it.console),
}


@pytest.fixture(name="xbox")
async def xbox_fixture(simulator: Simulator, den: Console) -> AsyncIterator[XboxLiveClient]:
    """Return the library's client, signed in by its own means."""
    async with client_of_library(simulator) as session:
        manager = AuthenticationManager(session, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI)
        page = await session.get(f"{manager.generate_authorization_url()}&persona=adult")
        await manager.request_tokens(URL(page.headers["Location"]).query["code"])
        for xuid in (OWNER, FRIEND):
            simulator.world.person(xuid).play(STARFALL_DRIFT)
            simulator.world.person(xuid).join_party()
        simulator.clear()
        yield XboxLiveClient(manager)


@pytest.mark.parametrize("call", CALLS)
async def test_call(xbox: XboxLiveClient, simulator: Simulator, den: Console, call: str) -> None:
    """The call is accepted with what the library sends, and its models read the answer."""
    answer = await CALLS[call](xbox, Subjects(simulator, den))
    assert answer
    assert {it.status for it in simulator.requests()} <= {200, 202}


def test_every_call() -> None:
    """No call of the library to a service that is played is left out."""
    played = ("achievements", "catalog", "people", "presence", "profile", "smartglass", "titlehub")
    source = inspect.getsource(sys.modules[__name__])
    for name in (*played, "userstats"):
        provider = importlib.import_module(f"pythonxbox.api.provider.{name}")
        [kind] = [
            it
            for it in vars(provider).values()
            if inspect.isclass(it) and it.__module__ == provider.__name__
        ]
        calls = [it for it, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)]
        public = [it for it in calls if not it.startswith("_")]
        assert public
        assert [it for it in public if f"xbox.{name}.{it}(" not in source] == []
