"""Tests of profile: settings by xuid and by gamertag, and refusals."""

from typing import Any

import pytest

from ..conftest import FRIEND, OWNER, Services

USERS = "profile.xboxlive.com/users"
SETTINGS = "profile/settings?settings=Gamertag,Gamerscore"


@pytest.mark.parametrize(
    ("user", "xuid"),
    [
        ("me", OWNER),
        (f"xuid({FRIEND})", FRIEND),
        ("gt(quiet%20harbor42)", FRIEND),
        ("gt(Quiet%20Harbor%2342)", FRIEND),
    ],
)
async def test_one_user(services: Services, user: str, xuid: str) -> None:
    """A user is found by xuid and by classic or modern gamertag; values are texts."""
    content = await (await services.get(f"{USERS}/{user}/{SETTINGS}")).json()
    (record,) = content["profileUsers"]
    assert (record["id"], record["hostId"], record["isSponsoredUser"]) == (xuid, xuid, False)
    assert [setting["id"] for setting in record["settings"]] == ["Gamertag", "Gamerscore"]
    assert all(isinstance(setting["value"], str) for setting in record["settings"])


@pytest.mark.parametrize("user", ["gt(Nobody)", "xuid(2535499999999999)"])
async def test_unknown_user(services: Services, user: str) -> None:
    """An unknown user gives 404."""
    assert (await services.get(f"{USERS}/{user}/{SETTINGS}")).status == 404


@pytest.mark.parametrize("query", ["", "?settings=", "?settings=Gamertag,Shoe"])
async def test_refused_settings(services: Services, query: str) -> None:
    """Missing or unknown settings are refused with 400."""
    assert (await services.get(f"{USERS}/me/profile/settings{query}")).status == 400


async def test_several_users(services: Services) -> None:
    """A batch has the known users only."""
    body = {"userIds": [OWNER, "2535499999999999"], "settings": ["RealName", "Bio"]}
    content = await (await services.post(f"{USERS}/batch/profile/settings", body)).json()
    assert [user["id"] for user in content["profileUsers"]] == [OWNER]


@pytest.mark.parametrize(
    "body",
    [
        {"userIds": [], "settings": ["Gamertag"]},
        {"userIds": [OWNER]},
        {"userIds": [OWNER], "settings": []},
        {"userIds": [OWNER], "settings": ["Shoe"]},
        {"userIds": [int(OWNER)], "settings": ["Gamertag"]},
    ],
    ids=str,
)
async def test_refused_bodies(services: Services, body: dict[str, Any]) -> None:
    """An invalid body is refused with 400."""
    assert (await services.post(f"{USERS}/batch/profile/settings", body)).status == 400
