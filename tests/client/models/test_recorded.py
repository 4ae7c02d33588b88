"""Recorded answers of the real services (`../shared/recorded-responses`), read by the models."""

from datetime import UTC, datetime

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.endpoints import Service
from custom_components.xbox_network.xbox.images import picture
from custom_components.xbox_network.xbox.models.achievement import read_modern, read_old
from custom_components.xbox_network.xbox.models.achievements import AchievementsAnswer
from custom_components.xbox_network.xbox.models.achievements_360 import OldAchievementsAnswer
from custom_components.xbox_network.xbox.models.people import PeopleAnswer
from custom_components.xbox_network.xbox.models.presence import PRESENCE_ANSWER, PresenceRecord
from custom_components.xbox_network.xbox.models.profile import ProfileAnswer
from custom_components.xbox_network.xbox.models.titles import TitlesAnswer
from custom_components.xbox_network.xbox.models.tokens import OAuth2TokenResponse, XSTSResponse
from custom_components.xbox_network.xbox.presence import presence_of_person, presence_of_record
from tests.client.conftest import ACHIEVEMENTS, PEOPLE, PRESENCE, TITLES
from tests.helpers.recorded import FOLDER, Recorded
from tests.simulator import Simulator

MODELLED = {
    *("achievements_360_all", "achievements_one_gameprogress"),
    *("auth_oauth2_token", "auth_xsts_token"),
    *("catalog_browse", "catalog_product_lookup_legacy", "catalog_search"),
    *("people_friends_own", "people_profile_by_xuid"),
    *("presence_batch", "presence_own", "profile_by_xuid"),
    *("smartglass_console_list", "smartglass_installed_apps", "smartglass_op_status"),
    *("titlehub_titlehistory", "titlehub_titleinfo"),
}
NOT_MODELLED = {
    "achievements_one_recent_progress",
    *(
        "cqs_get_channel_list",
        "gameclips_recent_own",
        "list_add_item",
        "lists_get_items",
        "mediahub_gameclips_own",
    ),
    *("message_get_inbox", "message_send_message", "people_summary_own"),
    *("screenshots_recent_own", "userstats_batch", "userstats_by_scid", "xal_authentication_resp"),
}


def test_every_file_is_accounted_for(recorded: Recorded) -> None:
    """Each recording is compared below, or its service has no model."""
    assert {path.stem for path in FOLDER.glob("*.json")} == MODELLED | NOT_MODELLED


def test_friends(recorded: Recorded) -> None:
    """Two friends with all blocks."""
    first, second = PeopleAnswer.read(recorded("people_friends_own"), PEOPLE).people
    assert (first.xuid, first.gamertag, first.gamer_score) == (
        "2533274838782903",
        "Ikken Hissatsuu",
        27210,
    )
    assert (first.presence_state, first.last_seen) == ("Offline", None)
    assert first.detail
    assert (first.detail.friend_count, first.detail.follower_count) == (150, 81)
    assert first.detail.following_count == 73
    assert first.multiplayer_summary
    assert first.multiplayer_summary.in_party == 0
    [party] = first.multiplayer_summary.party_details
    assert party.join_restriction == "followed"
    assert first.is_friend is True
    assert presence_of_person(first).online is None  # hides the presence
    assert presence_of_person(second).online is False
    gamerpic = picture(first.display_pic_raw)
    assert gamerpic
    assert gamerpic.address == first.display_pic_raw
    assert second.xuid != first.xuid
    assert second.gamertag


@pytest.mark.parametrize("name", ["people_friends_own", "people_profile_by_xuid"])
def test_private_fields_are_not_read(recorded: Recorded, name: str) -> None:
    """Real names, biographies and places are not read."""
    answer = recorded(name)
    model_text = repr(PeopleAnswer.read(answer, PEOPLE))
    for person in answer["people"]:
        assert person["gamertag"] in model_text
        private = {person["realName"], person["detail"]["bio"], person["detail"]["location"]}
        assert private - {"", None}
        assert not [text for text in private - {"", None} if f"'{text}'" in model_text]


def test_profile(recorded: Recorded) -> None:
    """One person, with a party summary without details."""
    [person] = PeopleAnswer.read(recorded("people_profile_by_xuid"), PEOPLE).people
    assert (person.xuid, person.gamer_score) == ("2533274812261808", 70700)
    assert person.multiplayer_summary
    assert (person.multiplayer_summary.in_party, person.multiplayer_summary.party_details) == (
        0,
        (),
    )
    assert person.detail
    assert person.detail.following_count == 34
    assert person.presence_details == ()


def test_presence_batch(recorded: Recorded) -> None:
    """Two offline people with the time when they were last seen."""
    first, second = PRESENCE_ANSWER.validate_python(recorded("presence_batch"))
    assert (first.xuid, first.state) == ("2669321029139235", "Offline")
    assert first.last_seen
    seen = datetime(2018, 3, 28, 0, 26, 51, 392459, UTC)
    assert presence_of_record(first).last_seen == first.last_seen.timestamp == seen
    assert second.last_seen
    assert second.last_seen.timestamp == datetime(2018, 3, 27, 2, 19, 3, 120438, UTC)


def test_presence_own(recorded: Recorded) -> None:
    """An offline person who was last seen nowhere."""
    record = PresenceRecord.model_validate(recorded("presence_own"))
    assert (record.xuid, record.last_seen) == ("2535428504476914", None)
    presence = presence_of_record(record)
    assert (presence.online, presence.in_game, presence.platform) == (False, False, None)


def test_title(recorded: Recorded) -> None:
    """One title with progress and many pictures."""
    [title] = TitlesAnswer.read(recorded("titlehub_titleinfo"), TITLES).titles
    assert (title.title_id, title.name, title.is_game) == ("1717113201", "Sea of Thieves", True)
    assert title.service_config_id == "00000000-0000-0000-0000-000066591171"
    assert title.devices == ("PC", "XboxOne", "XboxSeries")
    assert title.achievement
    assert (title.achievement.current_achievements, title.achievement.total_achievements) == (2, 0)
    assert (title.achievement.current_gamerscore, title.achievement.total_gamerscore) == (15, 2740)
    assert (title.achievement.progress_percentage, title.achievement.source_version) == (1.0, 2)
    tiles = [str(image.url) for image in title.images if image.type == "Tile"]
    assert len(tiles) == 2
    assert title.square_image_address == tiles[0]
    square = picture(title.square_image_address)
    assert square
    assert square.address == tiles[0].replace("http:", "https:")


def test_title_history(recorded: Recorded) -> None:
    """Five titles, the newest first, without service config ids."""
    titles = TitlesAnswer.read(recorded("titlehub_titlehistory"), TITLES).titles
    assert len(titles) == 5
    assert titles[0].name == "Assassin's Creed® Syndicate"
    assert titles[0].service_config_id is None
    assert [title.devices for title in titles[1:3]] == [("XboxOne", "XboxSeries"), ("Win32",)]
    assert [it.achievement and it.achievement.progress_percentage for it in titles] == [
        *(36.0, 0.0, 0.0, 8.0, 0.0)
    ]
    assert {title.is_game for title in titles} <= {True, False}
    assert all(picture(title.square_image_address) for title in titles)


def test_total_of_achievements(recorded: Recorded) -> None:
    """A page of 32 achievements has the total of all pages."""
    answer = recorded("achievements_one_gameprogress")
    parsed = AchievementsAnswer.read(answer, ACHIEVEMENTS)
    assert len(answer["achievements"]) == len(parsed.achievements) == 32
    assert parsed.paging_info
    assert parsed.paging_info.total_records == 73


def test_achievements(recorded: Recorded) -> None:
    """Points, time and icon of an unlock, and the progress of the others; rarity did not exist yet."""
    answer = recorded("achievements_one_gameprogress")
    records = AchievementsAnswer.read(answer, ACHIEVEMENTS).achievements
    first, *_ = achievements = [read_modern(it) for it in records]
    assert first.key == "1370999b-fca2-4c53-8ec5-73493bcb67e5/5"
    assert (first.title_id, first.title) == ("219630713", "Halo 5: Guardians")
    assert (first.name, first.gamerscore) == ("Your Team is Your Weapon", 10)
    assert first.description == "Commanded your team of Spartans in Osiris."
    assert first.unlocked_at == datetime(2015, 10, 26, 18, 11, 3, 668950, UTC)
    assert (first.rarity, first.rarity_category, first.progress) == (None, None, 100.0)
    icons = [icon for it in achievements if (icon := it.icon)]
    assert len(icons) == len(achievements)
    assert {icon.split("?")[0] for icon in icons} == {"https://images-eds-ssl.xboxlive.com/image"}
    states = [it["progressState"] == "Achieved" for it in answer["achievements"]]
    assert (
        [it.unlocked for it in achievements]
        == [it.unlocked_at is not None for it in achievements]
        == states
    )


def test_achievements_of_xbox_360(recorded: Recorded) -> None:
    """No Xbox 360 achievement is unlocked, although each has a time."""
    answer = recorded("achievements_360_all")
    records = OldAchievementsAnswer.read(answer, ACHIEVEMENTS).achievements
    achievements = [read_old(it, "1297290392") for it in records]
    assert len(achievements) == len(answer["achievements"]) == 15
    assert (achievements[0].key, achievements[0].name) == ("360:1297290392/1", "Booster-Blüte")
    assert achievements[0].description == "Mache eine Gruppe aus Linienlöschern"
    assert {(it.unlocked, it.unlocked_at, it.icon) for it in achievements} == {(False, None, None)}
    assert sum(it.gamerscore for it in achievements) == 200


def test_live_token(recorded: Recorded) -> None:
    """The token of a registered application is valid for an hour."""
    token = OAuth2TokenResponse.read(recorded("auth_oauth2_token"), "live")
    assert (token.access_token, token.refresh_token) == ("abcdefg", "hijklmnop")
    assert (token.expires_in, token.token_type, token.user_id) == (3600, "bearer", "123456789")
    assert token.is_valid()


def test_xsts_token(recorded: Recorded) -> None:
    """A token with empty claims."""
    token = XSTSResponse.read(recorded("auth_xsts_token"), "xsts")
    assert (token.xuid, token.gamertag, token.userhash) == ("2669321029139235", "e", "abcdefg")
    assert (token.age_group, token.privileges) == ("Adult", frozenset())
    assert token.authorization_header_value == "XBL3.0 x=abcdefg;123456789"
    assert token.is_valid()


@pytest.mark.parametrize(
    "name",
    [
        *("achievements_one_gameprogress", "people_friends_own", "presence_batch"),
        "titlehub_titleinfo",
    ],
)
async def test_through_the_client(
    recorded: Recorded,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    name: str,
) -> None:
    """The same bytes are read from a socket."""
    recorded(name)
    body = (FOLDER / f"{name}.json").read_bytes()
    hosts = {"people": PEOPLE, "presence": PRESENCE, "titlehub": TITLES}
    host = {**hosts, "achievements": ACHIEVEMENTS}[name.split("_", maxsplit=1)[0]]
    simulator.fail(host, body=body)
    if host == PEOPLE:
        people = await client.people.batch(["2533274838782903", "1"])
        assert people["2533274838782903"].gamertag == "Ikken Hissatsuu"
        assert len(people) == 1
        assert client.people.friend_requests_reported is None
    elif host == PRESENCE:
        records = await client.presence.batch(["2669321029139235", "2584878536129841"])
        assert set(records) == {"2669321029139235", "2584878536129841"}
        simulator.fail(host, body=body)
        assert await client.presence.friends_online("1") == frozenset()
    elif host == ACHIEVEMENTS:
        assert await client.achievements.total("2719584417856940", "219630713") == 73
    else:
        title = await client.titles.info("2719584417856940", "1717113201")
        assert title
        assert title.name == "Sea of Thieves"


def test_settings_of_a_profile(recorded: Recorded) -> None:
    """One person, whose settings are texts."""
    [user] = ProfileAnswer.read(recorded("profile_by_xuid"), Service.PROFILE).profile_users
    assert user.xuid == "2669321029139235"
    assert user.setting("Gamertag") == user.name == "e"
    assert user.setting("ModernGamertagSuffix") is None
