"""The accounts for a sign-in, and the refusals of the network for each."""

from dataclasses import dataclass, field

_UI = "https://start.ui.xboxlive.com"


@dataclass(frozen=True)
class Refusal:
    """A refusal of an account by XSTS, in the body or only as header `X-Err`."""

    xerr: int
    redirect: str | None = None
    in_header: bool = False


@dataclass
class Persona:
    """A Microsoft account. `without` are claims that the XSTS answer omits."""

    key: str
    name: str
    note: str
    xuid: str
    age_group: str = "Adult"
    refusal: Refusal | None = None
    cancels: bool = False
    privileges: str = "185 188 190 196 198 203 220 247 252 254 255"
    without: set[str] = field(default_factory=set)


def all_personas() -> dict[str, Persona]:
    """Return fresh personas by key. Their xuids belong to people of the demo world."""
    personas = [
        Persona("adult", "Nova Kestrel", "an adult with friends and consoles", "2535400000000001"),
        Persona("alone", "Juniper Vale", "an adult without friends", "2535400000000002"),
        Persona(
            "child",
            "Pip Larkspur",
            "a child that is in no family group",
            "2535400000000003",
            "Child",
            Refusal(2148916238, f"{_UI}/AddChildToFamily"),
        ),
        Persona(
            "no_profile",
            "Rowan Fields",
            "an account without Xbox profile",
            "2535400000000004",
            refusal=Refusal(2148916233, f"{_UI}/CreateAccount"),
        ),
        Persona(
            "banned",
            "Grimble Stone",
            "a banned account",
            "2535400000000005",
            refusal=Refusal(2148916227, f"{_UI}/enforcement"),
        ),
        Persona(
            "country",
            "Ada Farrow",
            "in a country that Xbox does not support",
            "2535400000000006",
            refusal=Refusal(2148916235),
        ),
        Persona(
            "age",
            "Wren Holloway",
            "has to prove its age",
            "2535400000000007",
            refusal=Refusal(2148916236, f"{_UI}/agecheck"),
        ),
        Persona(
            "cancels", "Ivo Marsh", "cancels at the last moment", "2535400000000008", cancels=True
        ),
    ]
    return {persona.key: persona for persona in personas}
