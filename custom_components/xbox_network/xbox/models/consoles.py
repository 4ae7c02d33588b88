"""Consoles in the answers of xccs, contract 4 (`docs/network.md` S7.2 to S7.6)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from ..characters import without_blanks
from .base import Items, ThingName, TitleId, XboxModel, names_game, not_a_boolean

# Opaque, 16 hex digits as far as seen; it stands in paths and headers.
type ConsoleId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
# The id of a product in the store: 12 letters and digits.
type ProductId = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Za-z]{12}$", to_upper=True, strip_whitespace=True)
]


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and abs(value) < 1 << 63 else value


# A size, in the form 838592360448.0 (`docs/network.md` S0.7).
type Bytes = Annotated[
    int, BeforeValidator(_whole), BeforeValidator(not_a_boolean), Field(ge=0, lt=1 << 63)
]


class Power(StrEnum):
    """The power state of a console. An undocumented word is `UNKNOWN`, too."""

    ON = "on"
    OFF = "off"
    STANDBY = "standby"
    UPDATING = "updating"
    UNKNOWN = "unknown"

    @property
    def is_on(self) -> bool | None:
        """Whether the console is on; None during an update, which may run on a console that was off."""
        return {Power.ON: True, Power.OFF: False, Power.STANDBY: False}.get(self)


class Playback(StrEnum):
    """The state of the media of the app in front."""

    PLAYING = "playing"
    PAUSED = "paused"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


_POWERS = {
    "on": Power.ON,
    "off": Power.OFF,
    "connectedstandby": Power.STANDBY,
    "systemupdate": Power.UPDATING,
}
_PLAYBACKS = {
    "playing": Playback.PLAYING,
    "paused": Playback.PAUSED,
    "stopped": Playback.STOPPED,
}


class StorageDevice(XboxModel):
    """A disk of a console."""

    identity: ClassVar[tuple[str, ...]] = ("storage_device_id",)

    storage_device_id: str = Field(min_length=1)
    storage_device_name: ThingName = None
    is_default: bool | None = None
    free_space_bytes: Bytes | None = None
    total_space_bytes: Bytes | None = None


# Keys under which the version of the system may be (`docs/network.md` S7.6: the real one is not certain), in small
# letters. Versions of apps, controllers, interfaces and updates have other words before.
_VERSION_KEY: Final = re.compile(
    r"(?:xbox|console|device|current|installed|os|operating|system|software|firmware|build)*"
    r"(?:version|build)(?:number|string)?"
)
# Such as 10.0.26100.9426.
_VERSION: Final = re.compile(r"\d{1,3}(?:\.\d{1,6}){3}")


def _system_version(record: Mapping[object, object]) -> str | None:
    """Return the version of the system in a record, None without anything that looks like one."""
    for key, value in record.items():
        word = str(key).casefold().replace("_", "")
        if _VERSION_KEY.fullmatch(word) and isinstance(value, str) and _VERSION.fullmatch(value):
            return value
    return None


class _Powered(XboxModel):
    power_state: str | None = None
    system_version: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _find_system_version(cls, record: object) -> object:
        if not isinstance(record, dict):
            return record
        named = {"systemVersion", "SystemVersion", "systemversion", "system_version"}
        rest = {key: value for key, value in record.items() if key not in named}
        return {**rest, "systemVersion": _system_version(record)}

    @property
    def power(self) -> Power:
        """The power state, `UNKNOWN` for an undocumented word."""
        return _POWERS.get((self.power_state or "").casefold(), Power.UNKNOWN)


class Console(_Powered):
    """A console that is linked to the account. `storage_devices` are empty if they are unknown."""

    console_id: ConsoleId = Field(validation_alias="id")
    name: ThingName = None
    console_type: str | None = None
    remote_management_enabled: bool | None = None
    storage_devices: Items[StorageDevice] = ()


class ConsoleStatus(_Powered):
    """The status of a console. `focus_app_aumid` means nothing while the console is not on."""

    playback_state: str | None = None
    focus_app_aumid: Annotated[str, AfterValidator(without_blanks)] | None = None
    is_tv_configured: bool | None = None
    remote_management_enabled: bool | None = None

    @property
    def playback(self) -> Playback:
        """The state of the media, `UNKNOWN` for an undocumented word."""
        return _PLAYBACKS.get((self.playback_state or "").casefold(), Playback.UNKNOWN)


class InstalledApp(XboxModel):
    """A package on a console: a game, an app, or a part of one."""

    identity: ClassVar[tuple[str, ...]] = ("unique_id",)

    unique_id: str | None = None
    one_store_product_id: ProductId | None = None
    title_id: TitleId | None = None
    aumid: str | None = None
    name: ThingName = None
    content_type: str | None = None
    is_game: bool | None = None
    parent_id: str | None = None

    @property
    def launchable(self) -> bool:
        """Whether it belongs into a list of games and apps to choose from (S7.4)."""
        whole = (self.content_type or "").casefold() in _WHOLE and not self.parent_id
        return bool(whole and self.one_store_product_id and self.name)

    @property
    def game(self) -> bool | None:
        """Whether it is a game, None if that is unknown."""
        return names_game(self.content_type) if self.is_game is None else self.is_game


_WHOLE = frozenset({"game", "app"})


class Destination(_Powered):
    """The console of a command, in its state before the command. Booleans are texts here."""

    remote_management_enabled: bool | None = None


class CommandAnswer(XboxModel):
    """The acceptance of a command; it does not say that the command was done."""

    op_id: str | None = None
    destination: Destination | None = None


class Operation(XboxModel):
    """The progress of a command."""

    op_id: str
    operation_status: str | None = None
    succeeded: bool | None = None
    xccs_error_code: str | None = None


class ConsolesAnswer(XboxModel):
    """A list of consoles."""

    result: Items[Console] = ()


class InstalledAppsAnswer(XboxModel):
    """A list of packages."""

    result: Items[InstalledApp] = ()


class OperationsAnswer(XboxModel):
    """A list of operations."""

    op_status_list: Items[Operation] = ()


class CallStatus(XboxModel):
    """The status of a call itself; its message is for programmers."""

    error_code: str | None = None


class Envelope(XboxModel):
    """The outer object of every answer of xccs, errors included."""

    status: CallStatus | None = None
