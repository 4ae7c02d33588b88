"""What each blueprint has promised comes true, however and whenever its automation is interrupted."""

import pytest

from tests.blueprints.conftest import Automate
from tests.helpers.blueprints.interruptions import INTERRUPTIONS, Home, Scenario
from tests.helpers.blueprints.scenarios import SCENARIOS


@pytest.mark.parametrize("moment", [0, 1, 2], ids=["early", "middle", "late"])
@pytest.mark.parametrize("interruption", INTERRUPTIONS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda it: type(it).__name__)
async def test_interrupted(
    home: Home, automate: Automate, scenario: Scenario, interruption: str, moment: int
) -> None:
    """What was promised before an interruption comes true after it, once."""
    home.saved_with = scenario.saved_with
    await scenario.begin(home, automate)
    await home.live(scenario.moments[moment])
    await INTERRUPTIONS[interruption](home)
    await scenario.see(home, interruption, scenario.moments[moment])
