"""What Entra remembers: apps, codes to enter, and refresh tokens."""

import secrets
from dataclasses import dataclass, field
from enum import Enum, auto

from ..times import Clock
from .applications import PublicApplication

CODE_LIFETIME = 900
INTERVAL = 5.0
# Without letters and digits that look alike.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


class Answered(Enum):
    """What became of a code to enter."""

    NOT_YET = auto()
    ALLOWED = auto()
    DECLINED = auto()


@dataclass
class EnteredCode:
    """A code to enter; times in seconds since 1970, `interval` in seconds."""

    user_code: str
    client_id: str
    scope: str
    expires: float
    interval: float = INTERVAL
    asked_at: float | None = None
    answered: Answered = Answered.NOT_YET
    persona: str = ""


@dataclass
class EntraState:
    """The memory of Entra.

    With `refresh_tokens_work_once` a refresh token ends with its use, as some people report; otherwise it stays
    good, as documented. With `plays_pages` a code is entered on the simulator's own page.
    """

    clock: Clock
    applications: dict[str, PublicApplication]
    refresh_tokens_work_once: bool = False
    plays_pages: bool = False
    codes: dict[str, EnteredCode] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    passwords_changed: dict[str, float] = field(default_factory=dict)
    _slow_downs: int = 0

    def register_redirect(self, address: str) -> None:
        """Register a redirect address for each app, under "Mobile and desktop applications"."""
        for application in self.applications.values():
            application.redirects.add(address)

    def new_code(self, client_id: str, scope: str) -> tuple[str, EnteredCode]:
        """Return a new device code, and what is remembered of it."""
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(8))
        code = EnteredCode(
            f"{user_code[:4]}-{user_code[4:]}", client_id, scope, self.clock() + CODE_LIFETIME
        )
        device_code = secrets.token_urlsafe(32)
        self.codes[device_code] = code
        return device_code, code

    def waiting(self, user_code: str) -> EnteredCode | None:
        """Return the code that a person has entered, None if there is none that waits."""
        typed = user_code.strip().upper().replace("-", "")
        for code in self.codes.values():
            waits = code.answered is Answered.NOT_YET and code.expires > self.clock()
            if waits and code.user_code.replace("-", "") == typed:
                return code
        return None

    def allow(self, user_code: str, persona: str = "adult") -> None:
        """Enter a code and sign a persona in."""
        code = self._entered(user_code)
        code.answered, code.persona = Answered.ALLOWED, persona

    def decline(self, user_code: str) -> None:
        """Enter a code and refuse."""
        self._entered(user_code).answered = Answered.DECLINED

    def expire_codes(self) -> None:
        """Let all codes end now."""
        for code in self.codes.values():
            code.expires = 0.0

    def slow_down(self, times: int = 1) -> None:
        """Ask whoever polls to slow down, this many times."""
        self._slow_downs = times

    def is_too_fast(self, code: EnteredCode) -> bool:
        """Take note of a poll, and tell whether it has to slow down: then the interval is longer from now on."""
        last, code.asked_at = code.asked_at, self.clock()
        # a network may take a little less time for a request than for the one before
        early = last is not None and code.asked_at - last < code.interval - 0.5
        if not early and not self._slow_downs:
            return False
        self._slow_downs = max(0, self._slow_downs - 1)
        code.interval += 5.0
        return True

    def _entered(self, user_code: str) -> EnteredCode:
        if (code := self.waiting(user_code)) is None:
            raise LookupError("no such code waits")
        return code
