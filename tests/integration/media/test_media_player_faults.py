"""Media player commands that fail: each fault has its error, and leaves a correct state."""

from collections.abc import Callable

import pytest

from custom_components.xbox_network.xbox.endpoints import Service
from tests.conftest import Poll
from tests.helpers.consoles import Actions, ConsoleEntities
from tests.helpers.media_commands import error_text, failing_call, names
from tests.simulator import Console, Ending, Simulator

FAULTS: dict[str, tuple[Callable[[Simulator, Console], None], str]] = {
    "404": (lambda _, den: den.refuse("ErrorCallingWNS", times=None), "console_unreachable"),
    "404-for-a-moment": (
        lambda _, den: den.refuse("ErrorWNSTempDisconnected", times=None),
        "console_unreachable",
    ),
    "404-unknown": (lambda _, den: den.refuse("XboxDataNotFound"), "console_not_linked"),
    "200-with-an-error": (lambda _, den: den.refuse("XboxNotPaired"), "console_not_linked"),
    "200-not-found": (lambda _, den: den.refuse("CurrentConsoleNotFound"), "console_not_linked"),
    "200-disabled": (
        lambda _, den: den.refuse("RemoteManagementDisabled"),
        "console_remote_management_disabled",
    ),
    "200-undocumented": (lambda _, den: den.refuse("SomethingNew"), "console_failed"),
    "throttled": (lambda _, den: den.refuse("ThrottledTryAgain", times=None), "console_throttled"),
    "gateway": (lambda _, den: den.refuse("gateway", times=None), "console_refused"),
    "timed-out": (lambda _, den: den.end_next(None, "TimedOut"), "console_timed_out"),
    "never-ends": (lambda _, den: den.end_next(None, "Pending"), "console_timed_out"),
    "paused-for-good": (lambda _, den: den.end_next(None, "Paused"), "console_timed_out"),
    "console-off": (lambda _, den: den.end_next(None, "OffConsoleError"), "console_console_off"),
    "error": (lambda _, den: den.end_next(None, "Error"), "console_failed"),
    "reason-in-the-operation": (
        lambda _, den: den.end_next(
            None, Ending(status="Error", xccs_error_code="RemoteManagementDisabled")
        ),
        "console_remote_management_disabled",
    ),
    "503": (
        lambda simulator, _: simulator.fail(Service.CONSOLES, status=503, times=None),
        "console_service_trouble",
    ),
    "html": (
        lambda simulator, _: simulator.fail(Service.CONSOLES, garbage=True, times=None),
        "console_service_trouble",
    ),
    "no-answer": (
        lambda simulator, _: simulator.fail(Service.CONSOLES, cut=True, times=None),
        "console_no_answer",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault(
    simulator: Simulator,
    video_console: Console,
    at_den: ConsoleEntities,
    actions: Actions,
    poll: Poll,
    fault: str,
) -> None:
    """Each fault has its own error with advice, and the state stays correct."""
    inject, key = FAULTS[fault]
    inject(simulator, video_console)
    err = await failing_call(actions, at_den)
    assert err.translation_key == key
    assert "Den" in error_text(err)
    assert at_den("media_player") == "playing"
    simulator.heal(Service.CONSOLES)
    simulator.world.xccs_errors.clear()
    await poll(40)
    assert at_den("media_player") == video_console.playback.lower()
    await actions.call("media_player.media_pause", at_den.id("media_player"))
    assert at_den("media_player") == "paused"


@pytest.mark.parametrize("code", ["ThrottledTryAgain", "ErrorWNSTempDisconnected"])
async def test_short_fault(
    video_console: Console, at_den: ConsoleEntities, actions: Actions, code: str
) -> None:
    """A command is repeated after a short fault, without an error."""
    video_console.refuse(code)
    await actions.call("media_player.media_pause", at_den.id("media_player"))
    assert names(video_console) == ["Pause"]


async def test_sign_in_is_over(
    simulator: Simulator, video_console: Console, at_den: ConsoleEntities, actions: Actions
) -> None:
    """A sign-in that has ended is an error of the account."""
    simulator.revoke_refresh("adult")
    simulator.expire_live("adult")
    simulator.expire_user_tokens()
    simulator.expire_xsts()
    err = await failing_call(actions, at_den)
    assert err.translation_key == "sign_in_again"


async def test_refused_command_is_sent_once(
    simulator: Simulator, video_console: Console, at_den: ConsoleEntities, actions: Actions
) -> None:
    """A command that is refused for good is sent once."""
    video_console.refuse("RemoteManagementDisabled", times=None)
    simulator.clear()
    await failing_call(actions, at_den)
    assert len([it for it in simulator.requests() if it.path == "/commands"]) == 1
