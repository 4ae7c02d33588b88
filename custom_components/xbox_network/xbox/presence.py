"""The presence of a person: online state, titles and devices, and one definition of the active title.

On any device a game goes before an app, and a primary title before one in the background. A game in the
background counts (`docs/network.md` S1.3), an app only in front (S2.3), a title of the system never (S0.8). A
title of unknown kind in the background does not count. Of two equal titles the one that was there first
stays.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from .models.people import Person
from .models.presence import PresenceRecord

SYSTEM_TITLES: Final = frozenset(
    {
        "750323071",  # Home
        "1022622766",  # "Online": a Windows session
        "328178078",  # Xbox app on a PC
        "1016898439",  # Xbox app on a phone
        "851275400",  # idle screen
        "1837352387",  # Settings
        "371594669",  # Live TV
        "1864271209",  # Store
        "1052052983",  # Guide
        "2019308066",  # TV settings
        "758407307",  # Xbox devices
        "1614319806",  # Network troubleshooter
    }
)


class DevicePlatform(StrEnum):
    """The platform on which a person is active."""

    XBOX_SERIES = "xbox_series"
    XBOX_ONE = "xbox_one"
    XBOX_360 = "xbox_360"
    WINDOWS = "windows"
    MOBILE = "mobile"
    CLOUD = "cloud"
    NINTENDO = "nintendo"
    PLAYSTATION = "playstation"
    WEB = "web"
    OTHER = "other"


# Device types in lower case (S2.4). No document names the device type of cloud gaming, so none
# is in this table.
_PLATFORMS: Final = {
    "scarlett": DevicePlatform.XBOX_SERIES,
    "xboxone": DevicePlatform.XBOX_ONE,
    "mcapensis": DevicePlatform.XBOX_ONE,
    "d": DevicePlatform.XBOX_ONE,
    "xbox360": DevicePlatform.XBOX_360,
    "windowsonecore": DevicePlatform.WINDOWS,
    "pc": DevicePlatform.WINDOWS,
    "win32": DevicePlatform.WINDOWS,
    "molive": DevicePlatform.WINDOWS,
    "windows8": DevicePlatform.WINDOWS,
    "windowsonecoremobile": DevicePlatform.MOBILE,
    "windowsphone": DevicePlatform.MOBILE,
    "windowsphone7": DevicePlatform.MOBILE,
    "ios": DevicePlatform.MOBILE,
    "android": DevicePlatform.MOBILE,
    "web": DevicePlatform.WEB,
    "nintendo": DevicePlatform.NINTENDO,
    "playstation": DevicePlatform.PLAYSTATION,
}


@dataclass(frozen=True, slots=True)
class ActiveTitle:
    """A title that a person is in. `is_game` is None while it is unknown.

    `other_names` are all names that the network has given to the title. `since` is the time of the network's last change of the record, which may change nothing else.
    """

    title_id: str
    name: str | None
    device: str | None
    is_primary: bool
    is_game: bool | None = None
    rich_presence: str | None = None
    since: datetime | None = field(default=None, compare=False)
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presence:
    """The presence of a person. `online` is None if it is unknown or hidden.

    `without_devices` is whether an answer says online without a device, `without_titles` whether it says of no
    device what is in front. `in_doubt` is whether that is all that is known: the titles are unknown. `last_title`
    is the id of the last title in front of a person who is offline.
    """

    online: bool | None
    titles: tuple[ActiveTitle, ...] = ()
    devices: tuple[str, ...] = ()
    last_seen: datetime | None = None
    without_devices: bool = False
    without_titles: bool = field(default=False, compare=False)
    in_doubt: bool = False
    last_title: str | None = field(default=None, compare=False)

    def with_kinds(self, is_game: Callable[[str], bool | None]) -> Presence:
        """Return the presence with the known kind of each title."""
        if not self.titles:
            return self
        titles = (
            replace(title, is_game=known)
            if (known := is_game(title.title_id)) is not None
            else title
            for title in self.titles
        )
        return replace(self, titles=tuple(titles))

    def ordered_like(self, before: Presence) -> Presence:
        """Return the presence with titles and devices in their order before: services promise no order.

        New titles come first: of two games in front the newest is the active one, until a service tells.
        """
        titles = {_at(title): place for place, title in enumerate(before.titles)}
        devices = {device: place for place, device in enumerate(before.devices)}
        return replace(
            self,
            titles=tuple(sorted(self.titles, key=lambda it: titles.get(_at(it), -1))),
            devices=tuple(sorted(self.devices, key=lambda it: devices.get(it, len(devices)))),
        )

    def preferring(self, title_id: str | None) -> Presence:
        """Return the presence with a title in front of others that would be as good."""
        if title_id is None or all(it.title_id != title_id for it in self.titles):
            return self
        titles = sorted(self.titles, key=lambda it: it.title_id != title_id)
        return replace(self, titles=tuple(titles))

    def with_foreground_of(self, before: Presence) -> Presence:
        """Return the presence with the games in front that were in front before.

        peoplehub calls only one title of all devices primary.
        """
        front = {_at(title) for title in before.titles if title.is_primary}
        titles = (
            replace(title, is_primary=True) if title.is_game and _at(title) in front else title
            for title in self.titles
        )
        return replace(self, titles=tuple(titles))

    @property
    def counted_titles(self) -> list[ActiveTitle]:
        """The titles that count: primary titles and games."""
        return [title for title in self.titles if title.is_primary or title.is_game]

    @property
    def active(self) -> ActiveTitle | None:
        """The active title."""
        return max(self.counted_titles, key=_rank, default=None)

    @property
    def in_game(self) -> bool | None:
        """Whether a game is active on any device, None if that is unknown."""
        if self.online is None:
            return None
        kinds = {title.is_game for title in self.counted_titles}
        return True if True in kinds else None if None in kinds or self.in_doubt else False

    @property
    def platform(self) -> DevicePlatform | None:
        """The platform of the active title, else of the first device; None while offline."""
        device = (self.active and self.active.device) or next(iter(self.devices), None)
        return platform_of(device) if self.online else None


def platform_of(device: str | None) -> DevicePlatform | None:
    """Return the platform of a device type, None without one."""
    return _PLATFORMS.get(device.casefold(), DevicePlatform.OTHER) if device else None


UNKNOWN_PRESENCE: Final = Presence(None)


def presence_of_record(record: PresenceRecord) -> Presence:
    """Return the presence in an answer of userpresence."""
    titles = (
        ActiveTitle(
            title.title_id,
            title.name,
            device.type,
            is_primary=title.is_placed_in_front,
            rich_presence=title.activity.rich_presence if title.activity else None,
            since=title.last_modified,
        )
        for device in record.devices
        for title in device.titles
        if title.is_active
    )
    presence = _presence(
        record.state,
        titles,
        (device.type for device in record.devices),
        record.last_seen.timestamp if record.last_seen else None,
        without_devices=not record.devices,
        without_titles=not any(
            title.is_in_front for device in record.devices if device.type for title in device.titles
        ),
    )
    return replace(presence, last_title=record.last_seen.title_id if record.last_seen else None)


def presence_of_person(person: Person) -> Presence:
    """Return the presence in an answer of peoplehub.

    It calls a person who hides the presence offline, too, but without a time or a title
    (`docs/network.md` S1.3).
    """
    if (
        person.last_seen is None
        and not person.presence_details
        and says_offline(person.presence_state)
    ):
        return UNKNOWN_PRESENCE
    active = [detail for detail in person.presence_details if detail.is_active]
    titles = (
        ActiveTitle(
            detail.title_id,
            detail.presence_text,
            detail.device,
            is_primary=detail.is_primary is True,
            is_game=detail.is_game,
            rich_presence=detail.rich_presence_text,
        )
        for detail in active
        if detail.title_id
    )
    return _presence(
        person.presence_state,
        titles,
        (detail.device for detail in active),
        person.last_seen,
        without_devices=not person.presence_details,
        without_titles=not any(
            detail.title_id and (detail.is_primary or detail.is_game) for detail in active
        ),
    )


def primary_title(person: Person) -> str | None:
    """Return the id of the title that peoplehub calls primary, None without one, or with two (S1.3)."""
    primary = {
        it.title_id for it in person.presence_details if it.is_active and it.is_primary is True
    }
    return next(iter(primary)) if len(primary) == 1 else None


def says_offline(state: str | None) -> bool:
    """Tell whether a state in an answer plainly means offline."""
    return _ONLINE.get((state or "").casefold()) is False


def _presence(
    state: str | None,
    titles: Iterable[ActiveTitle],
    devices: Iterable[str | None],
    last_seen: datetime | None,
    *,
    without_devices: bool,
    without_titles: bool,
) -> Presence:
    online = _ONLINE.get((state or "").casefold())
    if not online:
        return Presence(online, last_seen=last_seen)
    return Presence(
        online,
        tuple(title for title in titles if title.title_id not in SYSTEM_TITLES),
        tuple(device for device in devices if device),
        last_seen,
        without_devices,
        without_titles,
    )


_ONLINE: Final = {"online": True, "away": True, "offline": False}


def _at(title: ActiveTitle) -> tuple[str, str | None]:
    return title.title_id, title.device


def _rank(title: ActiveTitle) -> tuple[int, bool]:
    return ({True: 2, None: 1, False: 0}[title.is_game], title.is_primary)
