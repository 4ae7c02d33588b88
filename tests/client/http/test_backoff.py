"""Back-off: how long a service is left alone after a failure."""

import pytest

from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxConnectionError,
    XboxCredentialsError,
    XboxError,
    XboxForbiddenError,
    XboxRateLimitError,
    XboxRegistrationError,
    XboxServiceError,
    XboxSignInError,
)
from custom_components.xbox_network.xbox.http.backoff import Backoff
from custom_components.xbox_network.xbox.xerr import refusal

NO_ANSWER = XboxConnectionError("no answer")
FORBIDDEN = XboxForbiddenError("forbidden")


def pauses(source: Backoff, err: XboxError, count: int) -> list[float]:
    """Let a source fail, each time when it is tried again; return how long it is left alone."""
    found = []
    now = 1000.0
    for _ in range(count):
        source.failed(err, now)
        found.append(source.retry_at - now)
        now = source.retry_at
    return found


def test_fresh() -> None:
    """Nothing is known against it."""
    source = Backoff()
    assert (source.refused, source.error, source.retry_at) == (False, None, 0)
    assert source.seconds_out(1000) == 0


@pytest.mark.parametrize(
    ("source", "err", "expected"),
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
def test_pause_doubles(source: Backoff, err: XboxError, expected: list[float]) -> None:
    """Up to the longest, of which a refusal has its own."""
    assert pauses(source, err, len(expected)) == expected


def test_pause_that_is_asked_for() -> None:
    """It goes before, whatever has been; none at all is not one."""
    source = Backoff()
    assert pauses(source, XboxRateLimitError("often", retry_after=300), 2) == [300, 300]
    assert pauses(source, XboxServiceError("down", retry_after=0), 1) == [40]


@pytest.mark.parametrize(
    "err",
    [
        XboxCredentialsError("secret"),
        XboxRegistrationError("application"),
        XboxAccountError(refusal(2148916233)),
    ],
)
def test_what_a_person_has_to_mend(err: XboxError) -> None:
    """Nothing is gained by haste."""
    assert pauses(Backoff(), err, 3) == [900, 900, 900]


def test_months_without_an_answer() -> None:
    """The pause stays a number."""
    source = Backoff(failures=100_000)
    source.failed(NO_ANSWER, 0)
    assert source.retry_at == 60


def test_answer_after_failures() -> None:
    """It is as good as new."""
    source = Backoff()
    for now in (100, 200, 300):
        source.failed(FORBIDDEN, now)
    assert (source.refused, source.error, source.seconds_out(400)) == (True, FORBIDDEN, 300)
    source.failed(NO_ANSWER, 400)
    assert (source.refused, source.error, source.seconds_out(400)) == (False, NO_ANSWER, 300)
    source.succeeded()
    assert (source.refused, source.error, source.seconds_out(500)) == (False, None, 0)
    source.failed(NO_ANSWER, 600)
    assert (source.retry_at, source.seconds_out(610)) == (610, 10)
