"""Mutated answers: a field that is dropped, null or of another type costs only itself."""

from typing import Any

import aiohttp
import pytest
from freezegun.api import FrozenDateTimeFactory
from pydantic import AliasChoices, Field

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.models.achievements import (
    AchievementsAnswer,
    AnnouncedProgress,
)
from custom_components.xbox_network.xbox.models.achievements_360 import (
    OldAchievementsAnswer,
    OldTitlesAnswer,
)
from custom_components.xbox_network.xbox.models.base import XboxModel
from custom_components.xbox_network.xbox.models.catalog import ProductsAnswer, SuggestionsAnswer
from custom_components.xbox_network.xbox.models.commands import GO_HOME
from custom_components.xbox_network.xbox.models.consoles import (
    CommandAnswer,
    ConsolesAnswer,
    ConsoleStatus,
    InstalledAppsAnswer,
)
from custom_components.xbox_network.xbox.models.people import PeopleAnswer, Person
from custom_components.xbox_network.xbox.models.presence import PresenceRecord
from custom_components.xbox_network.xbox.models.stats import StatsAnswer
from custom_components.xbox_network.xbox.models.titles import TitlesAnswer
from custom_components.xbox_network.xbox.models.tokens import (
    OAuth2TokenResponse,
    XAUResponse,
    XSTSResponse,
)
from tests.client.conftest import (
    FRIEND,
    HARBOR_KINGS,
    OLD_GAME,
    OTHER_FRIEND,
    OWNER,
    STARFALL_DRIFT,
)
from tests.helpers.client.model_checks import KINDS, check, some
from tests.helpers.recorded import Recorded
from tests.simulator import CLIENT_ID, CLIENT_SECRET, Console, Simulator


@pytest.mark.parametrize("name", sorted(KINDS))
def test_recorded_answers(recorded: Recorded, name: str, freezer: FrozenDateTimeFactory) -> None:
    """Each place of each recording may be spoiled."""
    assert check(KINDS[name], some(recorded(name))) > 1


def test_check_finds_bad_models() -> None:
    """The check finds a model that loses a whole list, or a second field."""

    class OneOddPersonCostsAll(XboxModel):
        people: tuple[Person, ...] = ()

    class OneFieldFeedsTwo(XboxModel):
        name: str | None = None
        title: str | None = Field(default=None, validation_alias=AliasChoices("title", "name"))

    with pytest.raises(AssertionError, match=r"people\.0 = null"):
        check(OneOddPersonCostsAll, {"people": [{"xuid": "1"}, {"xuid": "2"}]})
    with pytest.raises(AssertionError, match="name = dropped"):
        check(OneFieldFeedsTwo, {"name": "Starfall Drift"})


async def test_answers_of_the_simulator(client: XboxClient, simulator: Simulator) -> None:
    """Answers that the recordings lack: a person in a game and in a party, online on two devices."""
    owner, friend = simulator.world.person(OWNER), simulator.world.person(FRIEND)
    owner.play(HARBOR_KINGS, "XboxOne")
    owner.play(STARFALL_DRIFT, rich_presence="Sector 7")
    owner.join_party(3)
    friend.go_online("iOS")
    xuids = [OWNER, FRIEND, OTHER_FRIEND]

    async def ask(service: Service, method: str, path: str, json: object = None) -> Any:
        return (await client.transport.call(service, method, path, json=json)).json()

    people = await ask(
        Service.PEOPLE,
        "POST",
        "/users/me/people/batch/decoration/detail,presenceDetail,multiplayerSummary",
        {"xuids": xuids},
    )
    presence = await ask(Service.PRESENCE, "POST", "/users/batch", {"users": xuids, "level": "all"})
    titles = await ask(
        Service.TITLES,
        "GET",
        f"/users/xuid({OWNER})/titles/titlehistory/decoration/achievement,detail,image,scid",
    )
    assert people["people"][0]["presenceDetails"][-1]["IsGame"] is True
    assert any("activity" in title for title in presence[-1]["devices"][-1]["titles"])
    assert check(PeopleAnswer, people) > 90
    assert check(tuple[PresenceRecord], presence) > 30
    assert check(TitlesAnswer, titles) > 100


async def test_answers_about_achievements(client: XboxClient) -> None:
    """Achievements of both systems, with rarity, and an event of push."""

    async def ask(path: str, contract: str) -> Any:
        full_path, headers = f"/users/xuid({OWNER})/{path}", {"x-xbl-contract-version": contract}
        answer = await client.transport.call(
            Service.ACHIEVEMENTS, "GET", full_path, headers=headers
        )
        return some(answer.json())

    unlocks = await ask(f"achievements?titleId={STARFALL_DRIFT}", "4")
    old = await ask(f"titleachievements?titleId={OLD_GAME}", "3")
    titles = await ask("history/titles", "3")
    assert check(AchievementsAnswer, unlocks) > 40
    assert check(OldAchievementsAnswer, old) > 20
    assert check(OldTitlesAnswer, titles) > 3
    unlock = {
        "id": "5",
        "progressState": "Achieved",
        "timeUnlocked": "2031-03-01T20:31:00.0000000Z",
    }
    assert (
        check(
            AnnouncedProgress,
            {"serviceConfigId": "0-0", "progression": [unlock, {**unlock, "id": "6"}]},
        )
        == 7
    )


async def test_answers_about_minutes(client: XboxClient, simulator: Simulator) -> None:
    """Minutes of two people in two titles, one without a value."""
    body = {
        "arrangebyfield": "xuid",
        "xuids": [OWNER, FRIEND],
        "groups": [],
        "stats": [
            {"name": "MinutesPlayed", "titleId": it} for it in (STARFALL_DRIFT, HARBOR_KINGS)
        ],
    }
    answer = await client.transport.call(Service.STATS, "POST", "/batch", json=body)
    assert check(StatsAnswer, answer.json()) > 20


async def test_answers_about_consoles(
    client: XboxClient, simulator: Simulator, consoles: tuple[Console, Console]
) -> None:
    """A console that is on, disks of a new kind, and an accepted command."""
    den, _ = consoles
    den.run(STARFALL_DRIFT)

    async def ask(path: str, json: object = None) -> Any:
        headers = {"skillplatform": "RemoteManagement"}
        method = "POST" if json else "GET"
        answer = await client.transport.ask(
            Service.CONSOLES, method, path, json=json, headers=headers
        )
        return answer.json()

    listed = await ask("/lists/devices?queryCurrentDevice=false&includeStorageDevices=true")
    status = await ask(f"/consoles/{den.console_id}")
    apps = await ask(f"/lists/installedApps?deviceId={den.console_id}")
    session = "5b0b9a76-6a3c-4f0e-9a54-0123456789ab"
    accepted = await ask("/commands", GO_HOME.body(den.console_id, session))
    assert status["focusAppAumid"]
    assert accepted["destination"]["remoteManagementEnabled"] == "True"
    assert check(ConsolesAnswer, listed) > 20
    assert check(ConsoleStatus, status) == 5
    assert check(InstalledAppsAnswer, apps) > 40
    assert check(CommandAnswer, accepted) == 4


async def test_answers_about_products(client: XboxClient, simulator: Simulator) -> None:
    """The products of a list, and the suggestions of a search."""
    locale = "market=US&languages=en-US"
    titles = [simulator.world.titles[key] for key in (STARFALL_DRIFT, HARBOR_KINGS)]
    ids = ",".join(title.product_id for title in titles)

    async def ask(path: str) -> Any:
        return (await client.auth.http.send(Service.CATALOG, "GET", path)).json()

    products = await ask(f"/v7.0/products?bigIds={ids}&fieldsTemplate=browse&{locale}")
    for product in products["Products"]:
        del product["DisplaySkuAvailabilities"]  # not read, and long
    suggestions = await ask(
        f"/v7.0/productFamilies/autosuggest?query=r&productFamilyNames=Games,Apps&{locale}"
        "&platformdependencyname=windows.xbox&topProducts=10"
    )
    assert check(ProductsAnswer, products) > 80
    assert check(SuggestionsAnswer, suggestions) > 20


async def test_answers_about_friends(client: XboxClient, simulator: Simulator) -> None:
    """Friends online without devices, and friend requests with a number beside the list."""
    world = simulator.world
    for xuid in (FRIEND, OTHER_FRIEND):
        world.person(xuid).go_online()
    for xuid in ("2535400000000002", "2535400000000003"):
        world.request_friendship(world.person(xuid), world.person(OWNER))
    world.friend_request_summary = True
    body = {"group": "People", "groupXuid": OWNER, "level": "user", "onlineOnly": True}
    online = await client.transport.call(Service.PRESENCE, "POST", "/users/batch", json=body)
    assert check(tuple[PresenceRecord], online.json()) == 6
    requests = await client.transport.call(
        Service.PEOPLE, "GET", "/users/me/people/friendRequests(received)"
    )
    answer: Any = requests.json()
    assert PeopleAnswer.read(answer, "service").requests_received == len(answer["people"]) == 2
    assert check(PeopleAnswer, answer) > 10


async def test_answers_of_the_simulated_sign_in(
    account: AuthenticationManager, simulator: Simulator, session: aiohttp.ClientSession
) -> None:
    """The three tokens of the simulated sign-in."""
    assert account.oauth
    assert account.user_token
    form = {"grant_type": "refresh_token", "refresh_token": account.oauth.refresh_token}
    form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    live = f"{simulator.url}/login.live.com/oauth20_token.srf"
    async with session.post(live, data=form) as response:
        assert check(OAuth2TokenResponse, await response.json()) == 6
    properties: dict[str, object] = {"UserTokens": [account.user_token.token]}
    body = {
        "RelyingParty": "http://xboxlive.com",
        "TokenType": "JWT",
        "Properties": {**properties, "SandboxId": "RETAIL"},
    }
    headers = {"x-xbl-contract-version": "1", "Accept": "application/json"}
    xsts = f"{simulator.url}/xsts.auth.xboxlive.com/xsts/authorize"
    async with session.post(xsts, json=body, headers=headers) as response:
        document = await response.json()
    assert check(XSTSResponse, document) > 8
    assert check(XAUResponse, document) > 8
