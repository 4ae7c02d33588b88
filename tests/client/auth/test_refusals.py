"""Refused accounts: each `XErr` of `docs/network.md` A1.5, and its meaning."""

import json

import pytest
from freezegun.api import FrozenDateTimeFactory

from custom_components.xbox_network.xbox import AuthenticationManager, XboxClient
from custom_components.xbox_network.xbox.errors import XboxAccountError, XboxSignInError
from custom_components.xbox_network.xbox.xerr import REFUSALS, Remedy, refusal
from tests.client.conftest import HOUR, LIVE, OWNER, PRESENCE, USER_AUTH, XSTS, asked, sign_in
from tests.simulator import Simulator

FIRST = 2148916224  # 0x8015DC00; the page writes a code as its part after DC
ACT = {-2, -1, 3, 4, 5, 8, 9, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x13, 0x17}
WAIT = {0x16, 0x1A, 0x31, 0x32}
MINT = {0x22, 0x25, 0x26}
UNEXPECTED = {
    *(0, 1, 2, 6, 0x11, 0x12, 0x14, 0x15, 0x18, 0x19, 0x1B, 0x1C),
    *(0x1E, 0x1F, 0x20, 0x21, 0x23, 0x24, 0x27, 0x29),
}

CODES = sorted(REFUSALS)


def test_table_has_the_codes_of_the_page() -> None:
    """The table has each code of the page with its remedy, and no other code."""
    remedies = {
        remedy: {code - FIRST for code, entry in REFUSALS.items() if entry.remedy is remedy}
        for remedy in Remedy
    }
    assert remedies == {
        Remedy.ACT: ACT,
        Remedy.WAIT: WAIT,
        Remedy.MINT: MINT,
        Remedy.UNEXPECTED: UNEXPECTED,
    }


def test_each_refusal_has_its_own_texts() -> None:
    """Each refusal that has a remedy has its own slug, meaning and advice."""
    helpful = [entry for entry in REFUSALS.values() if entry.remedy in (Remedy.ACT, Remedy.WAIT)]
    slugs = [entry.slug for entry in helpful if entry.slug != "outage"]
    assert len(set(slugs)) == len(slugs) == len(helpful) - 2, "two codes are the same outage"
    assert len({entry.meaning for entry in helpful}) == len(helpful) - 1
    assert all(entry.advice.endswith(".") for entry in REFUSALS.values())
    assert all(entry.code == code for code, entry in REFUSALS.items())


@pytest.mark.parametrize("code", CODES, ids=hex)
async def test_refusal_in_body_or_header(
    account: AuthenticationManager, simulator: Simulator, code: int
) -> None:
    """A refusal is the same in the body or only in the header, as a number or as text."""
    body = json.dumps({"Identity": "0", "XErr": str(code), "Message": ""}).encode()
    for in_header in (False, True, None):
        simulator.xerr("adult", code, in_header=bool(in_header))
        if in_header is None:
            simulator.fail(XSTS, status=401, body=body)
        with pytest.raises(XboxAccountError) as caught:
            await account.request_xsts_token()
        assert caught.value.refusal is REFUSALS[code]
        assert (caught.value.service, caught.value.status) == (XSTS, 401)
        assert str(code) in str(caught.value)
        assert f"0x8015d{code & 0xFFF:03x}" in str(caught.value)
        assert caught.value.redirect is None


@pytest.mark.parametrize("code", [1, 2148916271, (1 << 32) - 1])
async def test_unknown_code(
    account: AuthenticationManager, simulator: Simulator, code: int
) -> None:
    """An unknown code is shown, without a guess at its meaning."""
    simulator.xerr("adult", code)
    with pytest.raises(XboxAccountError, match=str(code)) as caught:
        await account.request_xsts_token()
    assert caught.value.refusal == refusal(code)
    assert caught.value.refusal.remedy is Remedy.UNEXPECTED
    assert caught.value.refusal.code == code


@pytest.mark.parametrize(
    "value",
    [
        *(0, -1, True, 1.5, 1 << 32, 10**400, None, [], {}),
        *("", "-5", "2148916233.5", "0x8015DC0", "8015DC0G", "²", "9" * 11, "9" * 5000),
        *(1e300, float("inf"), -(1 << 33)),
    ],
    ids=lambda value: repr(value)[:14],
)
async def test_invalid_code(
    account: AuthenticationManager, simulator: Simulator, value: object
) -> None:
    """An invalid `XErr` is ignored: the token was refused."""
    simulator.fail(XSTS, status=401, body=json.dumps({"XErr": value}).encode())
    with pytest.raises(XboxSignInError):
        await account.request_xsts_token()


@pytest.mark.parametrize(
    "value",
    [
        *(2148916233, 2148916233.0, -2146051063, "2148916233", "2148916233.0", "-2146051063"),
        *("0x8015DC09", "8015dc09", " 0X8015dc09 ", "+2148916233"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("key", ["XErr", "xerr"])
async def test_forms_of_a_code(
    account: AuthenticationManager, simulator: Simulator, value: object, key: str
) -> None:
    """A code is understood as number, text, with a sign, hexadecimal, with any letter case of its key."""
    simulator.fail(XSTS, status=401, body=json.dumps({key: value}).encode())
    with pytest.raises(XboxAccountError) as caught:
        await account.request_xsts_token()
    assert caught.value.refusal.slug == "no_profile"


@pytest.mark.parametrize("value", ["", "nothing", "9" * 5000], ids=["empty", "text", "long"])
async def test_invalid_code_in_the_header(
    account: AuthenticationManager, simulator: Simulator, value: str
) -> None:
    """An invalid code in the header is ignored, with a body that is not JSON."""
    simulator.fail(XSTS, status=401, garbage=True, headers={"X-Err": value})
    with pytest.raises(XboxSignInError):
        await account.request_xsts_token()


@pytest.mark.parametrize(("host", "status"), [(USER_AUTH, 401), (USER_AUTH, 403), (XSTS, 403)])
async def test_refusal_at_another_place(
    account: AuthenticationManager, simulator: Simulator, host: str, status: int
) -> None:
    """The other sign-in services send refusals too, with another status."""
    simulator.fail(host, status=status, headers={"X-Err": "2148916227"})
    with pytest.raises(XboxAccountError) as caught:
        await (account.request_user_token() if host == USER_AUTH else account.request_xsts_token())
    assert caught.value.refusal.slug == "banned"
    assert (caught.value.service, caught.value.status) == (host, status)


@pytest.mark.parametrize(
    ("name", "slug", "page"),
    [
        ("Pip Larkspur", "not_in_family", "AddChildToFamily"),
        ("Rowan Fields", "no_profile", "CreateAccount"),
        ("Grimble Stone", "banned", "enforcement"),
        ("Ada Farrow", "country", None),
        ("Wren Holloway", "age_verification", "agecheck"),
    ],
)
async def test_accounts_that_are_refused_at_sign_in(
    stranger: AuthenticationManager, simulator: Simulator, name: str, slug: str, page: str | None
) -> None:
    """The first sign-in stops with the reason, and with the page that helps."""
    with pytest.raises(XboxAccountError) as caught:
        await sign_in(stranger, name)
    assert caught.value.refusal.slug == slug
    assert caught.value.redirect == (page and f"https://start.ui.xboxlive.com/{page}")
    assert asked(simulator)[-3:] == [LIVE, USER_AUTH, XSTS]
    assert name not in str(caught.value)


@pytest.mark.parametrize("remedy", Remedy)
async def test_requests_of_a_refusal(
    account: AuthenticationManager,
    client: XboxClient,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    remedy: Remedy,
) -> None:
    """A refusal costs no more requests, but a stale user token is renewed once."""
    again = [USER_AUTH, XSTS] if remedy is Remedy.MINT else []
    for code in [code for code, entry in REFUSALS.items() if entry.remedy is remedy]:
        simulator.xerr("adult", code)
        simulator.expire_xsts()
        simulator.clear()
        with pytest.raises(XboxAccountError) as caught:
            await client.presence.batch([OWNER])
        assert caught.value.refusal is REFUSALS[code]
        assert asked(simulator) == [PRESENCE, XSTS, *again]
        simulator.xerr("adult", None)
        freezer.tick(20)
        await account.refresh_tokens()


async def test_refusal_that_was_lifted(
    account: AuthenticationManager, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """When the account is accepted again, one request is enough."""
    freezer.tick(16 * HOUR)
    simulator.xerr("adult", 2148916234)
    with pytest.raises(XboxAccountError):
        await account.valid_xsts_token()
    simulator.xerr("adult", None)
    simulator.clear()
    with pytest.raises(XboxAccountError):
        await account.valid_xsts_token()
    freezer.tick(60)
    assert (await account.valid_xsts_token()).is_valid()
    assert asked(simulator) == [XSTS]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://start.ui.xboxlive.com/CreateAccount?x=1", True),
        ("https://xbox.com/", True),
        ("https://account.microsoft.com/family", True),
        ("https://login.live.com/", False),
        ("https://xn--a.xbox.com/", False),
        ("https://:word@xbox.com/", False),
        ("http://start.ui.xboxlive.com/CreateAccount", False),
        ("https://xbox.com.example/", False),
        ("https://notxbox.com/", False),
        ("https://xbox.com@example.com/", False),
        ("https://somebody:word@xbox.com/", False),
        ("https://example.com\\@xbox.com/", False),
        ("https://example.com/xbox.com", False),
        ("https://[::1", False),
        ("https://xbox.com:99999/", False),
        ("javascript:alert(1)//xbox.com", False),
        ("//xbox.com/", False),
        ("", False),
        (7, False),
        ({"url": "https://xbox.com/"}, False),
    ],
    ids=str,
)
async def test_page_to_go_to(
    account: AuthenticationManager, simulator: Simulator, address: object, shown: bool
) -> None:
    """Only a page of Microsoft is shown, because an address may be forged."""
    body = json.dumps({"XErr": 2148916233, "Redirect": address}).encode()
    simulator.fail(XSTS, status=401, body=body)
    with pytest.raises(XboxAccountError) as caught:
        await account.request_xsts_token()
    assert caught.value.redirect == (address if shown else None)
