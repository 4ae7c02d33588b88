"""The pace of tries after refusals of the sign-in, and what counts as a reason."""

import pytest

from custom_components.xbox_network.xbox.auth.attempts import Attempts, SignInAttempts
from custom_components.xbox_network.xbox.errors import (
    XboxAccountError,
    XboxConnectionError,
    XboxCredentialsError,
    XboxError,
    XboxRefusedError,
    XboxRegistrationError,
    XboxSignInError,
    names_reason,
)
from custom_components.xbox_network.xbox.xerr import refusal

NAMED = XboxSignInError("invalid_grant")
UNNAMED = XboxRefusedError("401")
OUTAGE = XboxConnectionError("no network")


def pauses(attempts: Attempts, *errors: XboxError, start: float = 0.0) -> list[float]:
    """Return the pause after each failure, each at the time of its try."""
    found, now = [], start
    for err in errors:
        attempts.failed(err, now)
        found.append(attempts.retry_at - now)
        now = attempts.retry_at
    return found


@pytest.mark.parametrize(
    ("err", "named"),
    [
        (XboxSignInError("grant"), True),
        (XboxCredentialsError("secret"), True),
        (XboxRegistrationError("registration"), True),
        (XboxAccountError(refusal(2148916227)), True),
        (XboxAccountError(refusal(2148916241)), True),
        (XboxAccountError(refusal(2148916258)), False),  # an outdated token
        (XboxAccountError(refusal(2148916273)), False),  # an outage
        (XboxAccountError(refusal(7)), False),
        (XboxRefusedError("401"), False),
        (XboxConnectionError("network"), False),
    ],
)
def test_what_names_a_reason(err: XboxError, named: bool) -> None:
    """A known word or code is a reason; a bare status, an unknown code, an outage is none."""
    assert names_reason(err) is named


def test_named() -> None:
    """A named refusal is tried again after 1, 5, 15 and then every 60 minutes."""
    assert pauses(Attempts(), *[NAMED] * 6) == [60, 300, 900, 3600, 3600, 3600]


def test_unnamed() -> None:
    """An unnamed refusal is tried every minute for ten minutes, then every five minutes."""
    attempts = Attempts()
    assert pauses(attempts, *[UNNAMED] * 12, start=7) == [*[60] * 10, 300, 300]
    assert attempts.refusals == 12
    assert attempts.error is UNNAMED


def test_other_kind() -> None:
    """A refusal of the other kind begins its own pace, and its own count."""
    attempts = Attempts()
    assert pauses(attempts, *[UNNAMED] * 11, NAMED, NAMED, UNNAMED) == [
        *[60] * 10,
        *(300, 60, 300, 60),
    ]
    assert attempts.refusals == 1


def test_other_reason_of_the_same_kind() -> None:
    """Another named reason begins its own pace; the same one in other words goes on."""
    banned, curfew = XboxAccountError(refusal(2148916227)), XboxAccountError(refusal(2148916237))
    secret = XboxCredentialsError("secret")
    errors = (NAMED, XboxSignInError("again"), secret, banned, banned, curfew, banned)
    assert pauses(Attempts(), *errors) == [60, 300, 60, 60, 300, 60, 60]


def test_outage_in_between() -> None:
    """An outage is tried again after a minute; it neither hides the refusal nor counts as one."""
    attempts = Attempts()
    assert pauses(attempts, NAMED, OUTAGE, OUTAGE, NAMED) == [60, 60, 60, 300]
    assert attempts.error is NAMED
    assert attempts.refusals == 2
    alone = Attempts()
    alone.failed(OUTAGE, 5)
    assert (alone.error, alone.refusals, alone.failing) == (None, 0, True)


def test_asked_to_wait() -> None:
    """A pause that an answer asks for is kept, and never makes the tries more frequent."""
    asked = [XboxRefusedError("401", retry_after=seconds) for seconds in (7, 100, 60)]
    assert pauses(Attempts(), *asked, UNNAMED) == [60, 100, 60, 60]


def test_attempts_of_an_account() -> None:
    """What is needed goes before what was tried ahead of time; a success forgets both."""
    attempts = SignInAttempts()
    seen = [(attempts.failing, attempts.refusal, attempts.refusals, attempts.retry_at)]
    attempts.ahead.failed(UNNAMED, 10)
    attempts.ahead.failed(UNNAMED, 10)
    seen.append((attempts.failing, attempts.refusal, attempts.refusals, attempts.retry_at))
    attempts.needed.failed(NAMED, 20)
    seen.append((attempts.failing, attempts.refusal, attempts.refusals, attempts.retry_at))
    attempts.try_now()
    seen.append((attempts.failing, attempts.refusal, attempts.refusals, attempts.retry_at))
    attempts.succeeded()
    seen.append((attempts.failing, attempts.refusal, attempts.refusals, attempts.retry_at))
    assert seen == [
        (False, None, 0, 0),
        (True, UNNAMED, 2, 70),
        (True, NAMED, 1, 80),
        (True, NAMED, 1, 0),
        (False, None, 0, 0),
    ]


def test_try_now() -> None:
    """A try out of turn forgets nothing; a success forgets everything."""
    attempts = Attempts()
    pauses(attempts, NAMED, NAMED)
    attempts.try_now()
    assert (attempts.retry_at, attempts.refusals, attempts.error) == (0.0, 2, NAMED)
    facts = [attempts.failing]
    attempts.succeeded()
    facts.append(attempts.failing)
    assert facts == [True, False]
    assert (attempts.error, attempts.refusals, attempts.retry_at) == (None, 0, 0.0)
    assert pauses(attempts, NAMED) == [60]
