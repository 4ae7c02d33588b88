"""Checks of the models: an answer with one spoiled place loses no more than that place."""

import json
from typing import Any

from pydantic import BaseModel

from custom_components.xbox_network.xbox.consoles.focused_app import focused, installed_of
from custom_components.xbox_network.xbox.endpoints import IMAGE_HOSTS
from custom_components.xbox_network.xbox.errors import XboxResponseError
from custom_components.xbox_network.xbox.images import picture
from custom_components.xbox_network.xbox.models.achievement import (
    Achievement,
    read_modern,
    read_old,
)
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
from custom_components.xbox_network.xbox.models.consoles import (
    CommandAnswer,
    ConsolesAnswer,
    ConsoleStatus,
    InstalledApp,
    InstalledAppsAnswer,
    OperationsAnswer,
    Playback,
    Power,
)
from custom_components.xbox_network.xbox.models.people import PeopleAnswer, Person
from custom_components.xbox_network.xbox.models.presence import PRESENCE_ANSWER, PresenceRecord
from custom_components.xbox_network.xbox.models.profile import ProfileAnswer
from custom_components.xbox_network.xbox.models.stats import StatsAnswer
from custom_components.xbox_network.xbox.models.titles import Title, TitlesAnswer
from custom_components.xbox_network.xbox.models.tokens import (
    OAuth2TokenResponse,
    XboxToken,
    XSTSResponse,
)
from custom_components.xbox_network.xbox.presence import (
    Presence,
    presence_of_person,
    presence_of_record,
)
from tests.helpers.client.mutations import (
    Path,
    described,
    differences,
    places,
    read_path,
    spoil,
    without,
)

KINDS: dict[str, Any] = {
    "achievements_360_all": OldAchievementsAnswer,
    "achievements_one_gameprogress": AchievementsAnswer,
    "auth_oauth2_token": OAuth2TokenResponse,
    "auth_xsts_token": XSTSResponse,
    "catalog_product_lookup_legacy": ProductsAnswer,
    "catalog_search": SuggestionsAnswer,
    "people_friends_own": PeopleAnswer,
    "people_profile_by_xuid": PeopleAnswer,
    "presence_batch": tuple[PresenceRecord],
    "presence_own": PresenceRecord,
    "profile_by_xuid": ProfileAnswer,
    "smartglass_console_list": ConsolesAnswer,
    "smartglass_installed_apps": InstalledAppsAnswer,
    "smartglass_op_status": OperationsAnswer,
    "titlehub_titlehistory": TitlesAnswer,
    "titlehub_titleinfo": TitlesAnswer,
    "userstats_batch": StatsAnswer,
}


def read(kind: Any, document: Any) -> tuple[BaseModel, ...] | None:
    """Read an answer as the services do; None if nothing in it is readable."""
    if kind == tuple[PresenceRecord]:
        return PRESENCE_ANSWER.validate_python(document)
    model: type[XboxToken | XboxModel] = kind
    try:
        return (model.read(document, "service"),)
    except XboxResponseError:
        return None


def dump(answer: tuple[BaseModel, ...] | None) -> Any:
    """Return the content of an answer, for comparison."""
    return answer and tuple(item.model_dump() for item in answer)


def use(item: BaseModel) -> None:
    """Do with an answer what the client does with it, so that an odd value fails here."""
    use_of_consoles(item)
    use_of_achievements(item)
    match item:
        case PeopleAnswer():
            assert item.requests_received is None or item.requests_received >= 0
            for person in item.people:
                use_person(person)
        case PresenceRecord():
            use_presence(presence_of_record(item))
        case TitlesAnswer():
            for title in item.titles:
                use_title(title)
        case StatsAnswer():
            for people in item.statlistscollection:
                assert all(stat.value is None or stat.value >= 0 for stat in people.stats)
        case XboxToken():
            assert isinstance(item.userhash, str)
            assert isinstance(item.is_valid(), bool)
            assert type(item).from_store(json.loads(json.dumps(item.to_store()))) == item


def use_of_achievements(item: BaseModel) -> None:
    """Read each achievement of an answer."""
    match item:
        case AchievementsAnswer():
            paging = item.paging_info
            assert paging is None or paging.total_records is None or paging.total_records >= 0
            for modern in item.achievements:
                use_achievement(read_modern(modern))
        case OldAchievementsAnswer():
            for old in item.achievements:
                use_achievement(read_old(old, "1"))
        case OldTitlesAnswer():
            for played in item.titles:
                assert played.last_played is None or played.last_played.tzinfo
        case AnnouncedProgress():
            for announced in item.progression:
                assert announced.achievement_id


def use_of_consoles(item: BaseModel) -> None:
    """Read consoles, and the store's products of their games and apps."""
    match item:
        case ConsolesAnswer():
            for console in item.result:
                assert console.power in Power
                for disk in console.storage_devices:
                    assert disk.free_space_bytes is None or disk.free_space_bytes >= 0
        case ConsoleStatus():
            assert item.power in Power
            assert item.playback in Playback
            app = focused(item.focus_app_aumid, [], None)
            assert app is None or app.name
        case InstalledAppsAnswer():
            use_apps(item.result)
        case CommandAnswer() if item.destination:
            assert item.destination.power in Power
            assert item.destination.remote_management_enabled in (True, False, None)
        case ProductsAnswer():
            for product in item.products:
                for image in (product.square, product.browsing):
                    assert image is None or picture(image)
                assert product.title is None or product.title
        case SuggestionsAnswer():
            for family in item.results:
                assert [it for it in family.products if it.launchable in (True, False)] == [
                    *family.products
                ]


def use_apps(apps: tuple[InstalledApp, ...]) -> None:
    """Search for the apps that can be launched, and for the app in focus."""
    for app in apps:
        assert not app.launchable or (app.name and app.one_store_product_id)
        assert app.game in (True, False, None)
    assert installed_of("4DF9E0F8.Netflix_mcm4njqhnhss8!App", apps) in (*apps, None)


def use_person(person: Person) -> None:
    """Read a person's presence and picture."""
    use_presence(presence_of_person(person))
    gamerpic = picture(person.display_pic_raw)
    assert gamerpic is None or gamerpic.host in IMAGE_HOSTS


def use_presence(presence: Presence) -> None:
    """Check the fields of a presence."""
    assert presence.online in (True, False, None)
    assert presence.in_game in (True, False, None)
    assert presence.platform is None or presence.online
    assert presence.active is None or presence.active.title_id.isdecimal()


def use_achievement(achievement: Achievement) -> None:
    """Check the fields of an achievement."""
    assert achievement.gamerscore >= 0
    assert achievement.progress is None or 0 <= achievement.progress <= 100
    assert achievement.rarity is None or 0 <= achievement.rarity <= 100
    assert achievement.rarity_category in ("rare", "common", None)
    moment = achievement.unlocked_at
    assert moment is None or (achievement.unlocked and moment.tzinfo)


_ENOUGH = {"achievements": 2, "titles": 5}


def some(document: Any) -> Any:
    """Return an answer with a few of its achievements or titles: they are alike, and many."""
    if not isinstance(document, dict):
        return document
    shortened = {key: document[key][:most] for key, most in _ENOUGH.items() if key in document}
    return {**document, **shortened}


def use_title(title: Title) -> None:
    """Check the fields of a title."""
    assert title.is_game in (True, False, None)
    image = picture(title.square_image_address)
    assert image is None or image.host in IMAGE_HOSTS


def check(kind: Any, document: Any) -> int:
    """Spoil each place of a document; return the number of places that the models know."""
    whole = dump(read(kind, document))
    assert whole
    single = kind != tuple[PresenceRecord]
    for path, value, spoiled in spoil(document):
        answer = read(kind, spoiled)
        for item in answer or ():
            use(item)
        left = dump(answer)
        if left != whole:
            message = described(path, value)
            if single:
                assert may_differ(kind, path, whole[0], left and left[0]), message
            else:
                assert may_differ(kind, path, whole, left), message
    assert dump(read(kind, document)) == whole, "the document is whole again"
    return sum(read_path(kind, path) is not None for path in places(document))


def may_differ(kind: Any, path: Path, whole: Any, left: Any) -> bool:
    """Return whether no more is lost than the spoiled field, or the item that needs it."""
    place = read_path(kind, path)
    if place is None:
        return False
    field, item = place
    if all(changed[: len(field)] == field for changed in differences(whole, left)):
        return True
    return item is not None and bool(left == without(whole, item))
