"""Models that survive any answer of the network.

An odd field costs that field, an odd item costs that item, never the list (`docs/network.md` S0).
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    field_validator,
)
from pydantic.alias_generators import to_camel, to_pascal

from ..characters import JOINERS, is_name, visible
from ..errors import XboxResponseError


def _spellings(name: str) -> AliasChoices:
    # services write keys in camelCase, in PascalCase inside some blocks, or all in lower case
    return AliasChoices(to_camel(name), to_pascal(name), name.replace("_", ""))


class XboxModel(BaseModel):
    """The base of all answers: frozen, and without unknown fields."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,
        alias_generator=AliasGenerator(validation_alias=_spellings),
        populate_by_name=True,
    )

    identity: ClassVar[tuple[str, ...]] = ()
    """The fields that name an item in its list, if any do."""

    @property
    def is_in_front(self) -> bool:
        """Whether an item takes the place of the one in front of its list."""
        return False

    @field_validator("*", mode="wrap")
    @classmethod
    def _lose_only_this_field(
        cls, value: object, handler: Callable[[object], object], info: ValidationInfo
    ) -> object:
        try:
            return handler(value)
        except ValidationError:
            field = cls.model_fields[info.field_name or ""]
            if field.is_required():
                raise
            return field.get_default(call_default_factory=True)

    @classmethod
    def read(cls, answer: object, service: str) -> Self:
        """Read an answer. Raises `XboxResponseError` if it is no object of this model."""
        with suppress(ValidationError):
            return cls.model_validate(answer)
        # raised here, as the error above holds the answer
        raise XboxResponseError(f"{service} answered something unreadable", service=service)


# The words of titlehub, the store and the consoles for what a title is (`docs/network.md` S4.3).
_KINDS: Final = {"game": True, "application": False, "app": False, "webapp": False}


def names_game(word: str | None) -> bool | None:
    """Return whether a word for the kind of a title names a game.

    None without a word, and for any other one: it is not the opposite of a game, and another service may tell.
    """
    return _KINDS.get((word or "").casefold())


class PartialItems(tuple[Any, ...]):
    """The readable items of a list that has others, too: what is missing in it may be one of them."""

    __slots__ = ()


def _item_by_item(value: object, handler: Callable[[object], tuple[Any, ...]]) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        return () if value is None else PartialItems()
    kept: list[Any] = []
    is_partial = isinstance(value, PartialItems)
    for item in value:
        try:
            kept += handler((item,))
        except ValidationError:
            is_partial = True
    return PartialItems(kept) if is_partial else tuple(kept)


# A list without its unreadable items; null and absent mean an empty list.
type Items[T] = Annotated[tuple[T, ...], WrapValidator(_item_by_item)]

# Years that mean "no value": .NET's zero, SQL's zero, the end of time.
_PLACEHOLDER_YEARS: Final = frozenset({1, 1753, 9998, 9999})
# The day of Xbox Live's start, and the time of an Xbox 360 achievement that is not unlocked
# (`docs/network.md` S0.6). No time of the network is earlier: zeros of all systems are.
_FIRST_DAY: Final = date(2002, 11, 15)
# Times from this year on are no times but ends of a calendar.
_END_OF_TIME: Final = 2100
# The end of 32 bits of seconds.
_LAST_SECOND: Final = date(2038, 1, 19)


def _only_dates(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise ValueError("not a time")  # a number would be read as seconds since 1970


def _told_time(value: datetime) -> datetime | None:
    if value.year in _PLACEHOLDER_YEARS:
        return None
    value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return None if value.date() == _FIRST_DAY else value


def real_time(value: datetime) -> datetime | None:
    """Return a time in UTC, None for a placeholder of any system. Without a zone it is in UTC."""
    told = _told_time(value)
    if told is None or told.date() < _FIRST_DAY or told.year >= _END_OF_TIME:
        return None
    return told if told.date() != _LAST_SECOND else None


# A time in UTC; no suffix means UTC, a placeholder means None.
type UtcTime = Annotated[datetime, BeforeValidator(_only_dates), AfterValidator(real_time)] | None
# The same, but only what the network calls no time is None: the reader decides whether a time can be true.
type ToldTime = Annotated[datetime, BeforeValidator(_only_dates), AfterValidator(_told_time)] | None

# Decimal, up to 64 bits.
type Xuid = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
# Decimal, unsigned 32 bits; text or number, depending on the service.
type TitleId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}$")]


def _shown(value: str) -> str | None:
    # a joiner alone is nothing to see
    return visible(value, keep=JOINERS) if visible(value) else None


# A name, as it is shown; None if nothing of it can be seen.
type Name = Annotated[StrictStr, AfterValidator(_shown)] | None


def _telling(value: str) -> str | None:
    return value if is_name(value) else None


# A name of a thing, as it was given; None without a letter, digit or symbol.
type ThingName = Annotated[str, AfterValidator(_telling)] | None


def not_a_boolean(value: object) -> object:
    """Return a number as it is. Raises `ValueError` for a boolean."""
    if value is True or value is False:
        raise ValueError("not a number")  # would be read as 1 or 0
    return value


# A number or a score: not negative, at most 31 bits.
type Count = Annotated[int, BeforeValidator(not_a_boolean), Field(ge=0, lt=1 << 31)]


def _at_most_all(value: float) -> float:
    """Return a share in percent, at most 100: services count what was added later beyond the whole."""
    return min(value, 100.0)


# A share in percent.
type Percentage = Annotated[
    float,
    BeforeValidator(not_a_boolean),
    Field(ge=0, allow_inf_nan=False),
    AfterValidator(_at_most_all),
]
