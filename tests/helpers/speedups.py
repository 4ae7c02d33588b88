"""Speedups of the tests: faster versions of some functions that run thousands of times.

Nothing here changes the result of a test. Functions of freezegun, of Home Assistant and of its test
plugin, most of them private, are replaced by functions with the same result and less work.
`tests/conftest.py` applies them.

To check whether a failure comes from here, for instance with a new version of one of the three, run
the tests without them: `XBOX_NETWORK_PLAIN_TESTS=1 scripts/test`.
"""

import asyncio
import gc
import logging
import sys
import time
from collections.abc import Iterator, KeysView
from datetime import datetime
from types import ModuleType, SimpleNamespace
from typing import Any

from freezegun import api
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import event
from homeassistant.util.async_ import get_scheduled_timer_handles
from pytest_homeassistant_custom_component import common, patch_time

_EPOCH = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001  freezegun's own times are naive
_REAL: set[int] = api._real_time_object_ids  # noqa: SLF001
_RESOLUTION = time.get_clock_info("monotonic").resolution
_OBJECTS_PER_COLLECTION = 50_000


def apply_speedups() -> None:
    """Apply all speedups, once per process."""
    patched: Any = patch_time
    patched.ha_should_use_real_time = _UsesRealTime()
    frozen: Any = api
    frozen._get_fake_monotonic = _FrozenSeconds()  # noqa: SLF001
    frozen.sys = SimpleNamespace(modules=_Modules())
    fired: Any = common
    fired._async_fire_time_changed = _fire_time_changed  # noqa: SLF001
    log = logging.getLogger()
    for handler in [it for it in log.handlers if type(it) is logging.StreamHandler]:
        log.removeHandler(handler)  # pytest shows the log of a failed test; once is enough
    gc.set_threshold(_OBJECTS_PER_COLLECTION)  # a fixture also collects after each module


class _Modules:
    """The loaded modules, for freezegun. `items` omits modules without time functions."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int, bool]] = {}

    def keys(self) -> KeysView[str]:
        """Return the names of all modules."""
        return sys.modules.keys()

    def get(self, name: str, default: None) -> ModuleType | None:
        """Return a module that was loaded while time was frozen."""
        return sys.modules.get(name, default)

    def items(self) -> Iterator[tuple[str, ModuleType]]:
        """Yield the modules with time functions. A module that has grown is checked again."""
        for name, module in list(sys.modules.items()):
            names = getattr(module, "__dict__", {})
            module_id, size, uses_time = self._known.get(name, (0, 0, False))
            if module_id != id(module) or size != len(names):
                uses_time = not _REAL.isdisjoint(map(id, names.values()))
                self._known[name] = id(module), len(names), uses_time
            if uses_time:
                yield name, module


class _UsesRealTime:
    """Check whether the calling code gets the real time. Each module is looked up only once."""

    def __init__(self) -> None:
        self._ignore: tuple[str, ...] = ()
        self._known: dict[str, bool] = {}

    def __call__(self) -> bool:
        try:
            ignore = api.ignore_lists[-1]
        except IndexError:  # another thread, while time is being unfrozen
            return True
        if ignore is not self._ignore:
            self._ignore, self._known = ignore, {}
        known = self._known
        frame = sys._getframe(2)  # noqa: SLF001
        for _ in range(api.call_stack_inspection_limit):
            name = frame.f_globals.get("__name__") or ""
            ignored = known.get(name)
            if ignored is None:
                ignored = known[name] = name.startswith(ignore)
            if ignored:
                return True
            if frame.f_back is None:
                break
            frame = frame.f_back
        return False


class _FrozenSeconds:
    """The frozen time in seconds, computed only once for each time."""

    def __init__(self) -> None:
        self._last: tuple[datetime | None, float] = None, 0.0

    def __call__(self) -> float:
        now = patch_time.ha_get_current_time()
        last, seconds = self._last
        if now is not last:
            days = now.toordinal() - _EPOCH
            whole = days * 86400 + now.hour * 3600 + now.minute * 60 + now.second
            seconds = whole + now.microsecond / 1e6
            self._last = now, seconds
        return seconds


@callback
def _fire_time_changed(hass: HomeAssistant, now: datetime, fire_all: bool) -> None:
    """Run the due timers as if it were `now`, without a mock for each."""
    timestamp = now.timestamp()
    clock: Any = event
    original = clock.time_tracker_utcnow, clock.time_tracker_timestamp
    for timer in list(get_scheduled_timer_handles(hass.loop)):
        if not isinstance(timer, asyncio.TimerHandle) or timer.cancelled():
            continue
        ahead = timer.when() - (hass.loop.time() + _RESOLUTION)
        if not fire_all and timestamp - time.time() < ahead:
            continue
        clock.time_tracker_utcnow = lambda: now
        clock.time_tracker_timestamp = lambda: timestamp
        try:
            timer._run()  # noqa: SLF001
            timer.cancel()
        finally:
            clock.time_tracker_utcnow, clock.time_tracker_timestamp = original
