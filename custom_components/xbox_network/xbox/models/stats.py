"""Statistics as userstats tells them, contract 2 (`docs/network.md` S5.3). Keys are all in lower case."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from .base import Items, TitleId, XboxModel, Xuid, not_a_boolean

# A number as text, mostly a whole one; absent without a value.
type StatValue = Annotated[
    float, BeforeValidator(not_a_boolean), Field(ge=0, lt=1 << 31, allow_inf_nan=False)
]


class Stat(XboxModel):
    """One number of one person in one title. The title is named only if the request names titles."""

    name: str
    titleid: TitleId
    xuid: Xuid | None = None
    value: StatValue | None = None


class StatsOfPerson(XboxModel):
    """The numbers of one person."""

    arrangebyfieldid: Xuid
    stats: Items[Stat] = ()


class StatsAnswer(XboxModel):
    """The numbers of some people."""

    statlistscollection: Items[StatsOfPerson] = ()
