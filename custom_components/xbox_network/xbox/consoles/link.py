"""What the service says of the link between one account and a console: may the account have it?"""

from enum import StrEnum
from typing import Final

from ..errors import (
    ConsoleProblem,
    XboxAuthError,
    XboxError,
    XboxForbiddenError,
    console_problem,
)

# Problems that another account need not have with the same console.
_OF_ACCOUNT: Final = frozenset(
    {ConsoleProblem.NOT_LINKED, ConsoleProblem.REMOTE_MANAGEMENT_DISABLED}
)


class Link(StrEnum):
    """The link between an account and a console."""

    LISTED = "listed"
    UNLISTED = "unlisted"  # no list of this run of Home Assistant has named it
    MISSED = "missed"  # it was listed, and the latest list lacks it
    GONE = "gone"  # it was listed, and is no longer
    DENIED = "denied"  # it is listed, but its status is refused to this account


def is_denial(err: XboxError | None) -> bool:
    """Return whether an error is about the account that asks, so that another one may succeed."""
    of_account = isinstance(err, XboxAuthError | XboxForbiddenError)
    return of_account or console_problem(err) in _OF_ACCOUNT
