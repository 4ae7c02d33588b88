"""The back-off: how long a service gets no request after a failure."""

import pytest

from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxConnectionError,
    XboxCredentialsError,
    XboxError,
    XboxForbiddenError,
    XboxRateLimitError,
    XboxRefusedError,
    XboxRegistrationError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.http.backoff import Backoff
from custom_components.xbox_network.xbox.xerr import refusal

NO_ANSWER = XboxConnectionError("no answer")
FORBIDDEN = XboxForbiddenError("forbidden")


def pauses(backoff: Backoff, err: XboxError, count: int) -> list[float]:
    """Let a service fail at each attempt; return the seconds between the attempts."""
    seconds = []
    now = 1000.0
    for _ in range(count):
        backoff.failed(err, now)
        seconds.append(backoff.retry_at - now)
        now = backoff.retry_at
    return seconds


def test_fresh() -> None:
    """A new back-off has no error and no pause."""
    backoff = Backoff()
    assert (backoff.refused, backoff.error, backoff.retry_at) == (False, None, 0)
    assert backoff.seconds_out(1000) == 0


@pytest.mark.parametrize(
    ("backoff", "err", "expected"),
    [
        (Backoff(), NO_ANSWER, [10, 20, 40, 60, 60]),
        (Backoff(), FORBIDDEN, [10, 20, 40, 60, 60]),
        (Backoff(longest_refused=3600), NO_ANSWER, [10, 20, 40, 60, 60]),
        (Backoff(longest_refused=100), FORBIDDEN, [10, 20, 40, 80, 100]),
        (Backoff(first_backoff=60, longest_backoff=900), NO_ANSWER, [60, 120, 240, 480, 900, 900]),
        (Backoff(), XboxSignInError("again"), [10, 20, 40, 60, 60]),
        (Backoff(grace=300), NO_ANSWER, [10, 20, 40, 60, 60, 60, 50, 60]),
        (Backoff(grace=300), FORBIDDEN, [10, 20, 40, 60, 60, 60, 50, 60]),
        (Backoff(grace=300, longest_refused=3600), FORBIDDEN, [10, 20, 40, 80, 160, 320]),
    ],
)
def test_pause_doubles(backoff: Backoff, err: XboxError, expected: list[float]) -> None:
    """The pause doubles up to the longest one; a refusal has its own longest pause."""
    assert pauses(backoff, err, len(expected)) == expected


def test_requested_pause() -> None:
    """The pause that a service asks for goes first; a pause of zero seconds is ignored."""
    backoff = Backoff()
    assert pauses(backoff, XboxRateLimitError("often", retry_after=300), 2) == [300, 300]
    assert pauses(backoff, XboxServiceError("down", retry_after=0), 1) == [40]


@pytest.mark.parametrize(
    "err",
    [
        XboxCredentialsError("secret"),
        XboxRegistrationError("application"),
        XboxAccountError(refusal(2148916233)),
        XboxRefusedError("no"),
    ],
)
def test_error_of_the_sign_in(err: XboxError) -> None:
    """A service waits as long as the sign-in is held back, which goes before what an answer asked for."""
    err.held_back = 3600
    err.retry_after = 5
    assert pauses(Backoff(grace=300), err, 2) == [3600, 3600]


def test_months_without_an_answer() -> None:
    """After many failures the pause is still a finite number."""
    backoff = Backoff(failures=100_000)
    backoff.failed(NO_ANSWER, 0)
    assert backoff.retry_at == 60


def test_answer_after_failures() -> None:
    """A success resets the back-off."""
    backoff = Backoff()
    for now in (100, 200, 300):
        backoff.failed(FORBIDDEN, now)
    assert (backoff.refused, backoff.error, backoff.seconds_out(400)) == (True, FORBIDDEN, 300)
    backoff.failed(NO_ANSWER, 400)
    assert (backoff.refused, backoff.error, backoff.seconds_out(400)) == (False, NO_ANSWER, 300)
    backoff.succeeded()
    assert (backoff.refused, backoff.error, backoff.seconds_out(500)) == (False, None, 0)
    backoff.failed(NO_ANSWER, 600)
    assert (backoff.retry_at, backoff.seconds_out(610)) == (610, 10)


def test_asking_by_hand() -> None:
    """A person may ask after the pause, of a long pause after its first minute, never in one that was asked for."""
    backoff = Backoff(longest_refused=3600)
    assert backoff.may_ask(0)
    backoff.failed(NO_ANSWER, 1000)
    assert [backoff.may_ask(1000 + it) for it in (0, 9, 10)] == [False, False, True]
    backoff.retry_at = 4600
    assert [backoff.may_ask(1000 + it) for it in (59, 60, 3599)] == [False, True, True]
    backoff.failed(XboxRateLimitError("wait", retry_after=600), 2000)
    assert [backoff.may_ask(2000 + it) for it in (60, 599, 600)] == [False, False, True]
    backoff.succeeded()
    assert backoff.may_ask(2000)
