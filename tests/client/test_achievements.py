"""How many achievements there are."""

import pytest

from custom_components.xbox_network.xbox import XboxClient
from custom_components.xbox_network.xbox.errors import (
    XboxForbiddenError,
    XboxResponseError,
    XboxServiceError,
)
from custom_components.xbox_network.xbox.models.achievements import AchievementsAnswer
from tests.simulator import Simulator

from .conftest import ACHIEVEMENTS, FRIEND, HARBOR_KINGS, LUMEN_VIDEO, OWNER, STARFALL_DRIFT


@pytest.mark.parametrize(
    ("xuid", "title_id", "total"),
    [
        (OWNER, STARFALL_DRIFT, 40),
        (FRIEND, STARFALL_DRIFT, 40),
        (OWNER, HARBOR_KINGS, 50),
        (OWNER, LUMEN_VIDEO, 0),
        (OWNER, "7", 0),
    ],
)
async def test_total(
    client: XboxClient, simulator: Simulator, xuid: str, title_id: str, total: int
) -> None:
    """Whoever is asked for, and in the smallest answer that tells it."""
    assert await client.achievements.total(xuid, title_id) == total
    [request] = simulator.requests()
    assert (request.host, request.path) == (ACHIEVEMENTS, f"/users/xuid({xuid})/achievements")
    assert dict(request.query) == {"titleId": title_id, "maxItems": "1"}
    assert request.headers["x-xbl-contract-version"] == "4"
    assert request.sent < 2000


@pytest.mark.parametrize(
    ("answer", "total"),
    [
        ({"pagingInfo": {"totalRecords": 73, "continuationToken": "32"}}, 73),
        ({"PagingInfo": {"TotalRecords": "73"}, "achievements": 7}, 73),
        ({"pagingInfo": {"totalRecords": 0}}, 0),
        ({"pagingInfo": {"totalRecords": -1}}, None),
        ({"pagingInfo": {"totalRecords": True}}, None),
        ({"pagingInfo": {"totalRecords": 1 << 31}}, None),
        ({"pagingInfo": {"totalRecords": None}}, None),
    ],
    ids=str,
)
def test_odd_totals(answer: dict[str, object], total: int | None) -> None:
    """Only a number of things is one."""
    read = AchievementsAnswer.read(answer, ACHIEVEMENTS)
    assert read.paging_info
    assert read.paging_info.total_records == total


@pytest.mark.parametrize("body", [b"{}", b'{"pagingInfo": null}', b'{"pagingInfo": [1]}'])
async def test_answer_without_total(client: XboxClient, simulator: Simulator, body: bytes) -> None:
    """An answer that does not tell it tells nothing."""
    simulator.fail(ACHIEVEMENTS, body=body)
    assert await client.achievements.total(OWNER, STARFALL_DRIFT) is None


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, b"", XboxForbiddenError),
        (503, b"", XboxServiceError),
        (200, b"[]", XboxResponseError),
        (200, b"<html>", XboxResponseError),
    ],
)
async def test_trouble_is_told(
    client: XboxClient, simulator: Simulator, status: int, body: bytes, error: type[Exception]
) -> None:
    """Each kind by its error."""
    simulator.fail(ACHIEVEMENTS, status=status, body=body)
    with pytest.raises(error):
        await client.achievements.total(OWNER, STARFALL_DRIFT)
