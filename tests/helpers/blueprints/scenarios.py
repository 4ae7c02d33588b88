"""The rows of the table of interruptions: what six blueprints have promised."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from tests.helpers.blueprints.family import OVER, SAVE, Family
from tests.helpers.blueprints.files import device_of
from tests.helpers.blueprints.interruptions import AWAY_SECONDS, RESTARTS, Home, Scenario
from tests.helpers.consoles import told
from tests.helpers.fake_devices import Television, add_devices
from tests.helpers.friend_dialog import add_friends
from tests.simulator import Person
from tests.simulator.world.demo_world import BRASS_OTTER, STARFALL_DRIFT

MINUTE: Final = 60.0
HDMI: Final = "HDMI 1"
TV: Final = "media_player.tv"

type Automate = Callable[..., Awaitable[None]]


async def seconds_until(home: Home, happened: Callable[[], bool], *, most: float) -> float:
    """Let time pass until something has happened. Return the seconds, or fail after so many."""
    seconds = 0.0
    while not happened():
        assert seconds < most, "it has not happened"
        await home.live(10)
        seconds += 10
    return seconds


async def television(home: Home) -> Television:
    """Add the television of the console; it shows the console."""
    tv = Television()
    await add_devices(home.hass, "media_player", tv)
    home.devices.append(tv)
    tv.show(HDMI)
    return tv


class ScreenTime:
    """The time is over and the child plays on: the console goes off after the time to save the game."""

    name = "screen_time_budget"
    moments = (20.0, 90.0, 160.0)
    saved_with: dict[str, Any] = {"remind_minutes": 7}
    grace = 3 * MINUTE

    async def begin(self, home: Home, automate: Automate) -> None:
        """Play until the time is over."""
        family = Family(home.hass, home.entry, home.owner, home.telephone)
        await family.agree(1)
        await home.set_up(
            automate, **{self.name: family.chosen | {"consoles": family.den, "grace_minutes": 3}}
        )
        home.owner.play(STARFALL_DRIFT)
        await seconds_until(home, lambda: SAVE.format(3) in home.telephone.read(), most=200)
        told(home.den)

    async def see(self, home: Home, interruption: str, moment: float) -> None:
        """The console goes off, once, and nobody is told twice of one end."""
        off: list[str] = []

        def is_off() -> bool:
            off.extend(told(home.den))
            return bool(off)

        again = self.grace + 40
        most = again if interruption in RESTARTS else max(self.grace - moment, 0) + 90
        seconds = await seconds_until(home, is_off, most=most)
        said = home.telephone.read()
        if interruption in RESTARTS:  # the time to save begins anew, and that is told
            assert said == [SAVE.format(3)]
            assert seconds >= self.grace - 20
        else:
            assert said == []
            assert seconds >= self.grace - moment - 30
        await home.live(2 * MINUTE, step=30)
        assert (off, told(home.den), home.telephone.read()) == (["TurnOff"], [], [])


class ScreenTimeOnPc:
    """The child plays on where nothing can be switched off: a reminder after two minutes, then every four."""

    name = "screen_time_budget"
    moments = (2.5 * MINUTE, 4 * MINUTE, 5.5 * MINUTE)
    saved_with: dict[str, Any] = {"again_minutes": 3}

    async def begin(self, home: Home, automate: Automate) -> None:
        """Play on a PC until the time is over."""
        home.den.regulars.clear()
        family = Family(home.hass, home.entry, home.owner, home.telephone)
        await family.agree(1)
        chosen = family.chosen | {"grace_minutes": 2, "remind_minutes": 4}
        await home.set_up(automate, **{self.name: chosen})
        home.owner.play(STARFALL_DRIFT, "WindowsOneCore")
        await seconds_until(home, lambda: OVER in home.telephone.read(), most=200)

    async def see(self, home: Home, interruption: str, moment: float) -> None:
        """There is one reminder in each four minutes, and not more; a restart begins anew."""
        restarted = interruption in RESTARTS
        moment += AWAY_SECONDS if interruption == "switched" else 0
        said = home.telephone.read()
        assert len(said) in ((1, 2) if restarted else (1,)), said
        await home.live(8 * MINUTE, step=20)
        said = home.telephone.read()
        due = [2 * MINUTE + number * 4 * MINUTE for number in range(10)]
        most, least = (
            sum(moment + margin < it <= moment + 8 * MINUTE - margin for it in due)
            for margin in (-30, 30)
        )
        assert (2 <= len(said) <= 3) if restarted else (least <= len(said) <= most), said


class TvFollows:
    """The console went off: the TV goes off four minutes later."""

    name = "tv_follows_xbox"
    moments = (10.0, 120.0, 220.0)
    saved_with: dict[str, Any] = {"start_time": 45}
    delay = 4 * MINUTE

    async def begin(self, home: Home, automate: Automate) -> None:
        """Switch the console off while the TV shows it."""
        self.tv = await television(home)
        console = home.at_den.id("media_player")
        chosen = {"console": console, "tv": TV, "source": HDMI, "off_delay": 4}
        await home.set_up(automate, **{self.name: chosen})
        home.den.power = "ConnectedStandby"
        await seconds_until(home, lambda: home.at_den("media_player") == "off", most=100)

    async def see(self, home: Home, interruption: str, moment: float) -> None:
        """The TV goes off, once, and not too early."""
        restarted = interruption in RESTARTS
        most = self.delay + 90 if restarted else max(0, self.delay - moment) + 70
        seconds = await seconds_until(home, lambda: bool(self.tv.told), most=most)
        assert restarted or seconds >= self.delay - moment - 40
        await home.live(6 * MINUTE, step=60)
        assert self.tv.told == ["off"]


class ConsoleFollows:
    """The TV went off: the console goes off four minutes later."""

    name = "xbox_follows_tv"
    moments = (10.0, 120.0, 220.0)
    saved_with: dict[str, Any] = {"turn_on": False}
    delay = 4 * MINUTE

    async def begin(self, home: Home, automate: Automate) -> None:
        """Switch the TV off while the console is on."""
        tv = await television(home)
        console = home.at_den.id("media_player")
        chosen = {"console": console, "tv": TV, "source": HDMI, "off_delay": 4}
        await home.set_up(automate, **{self.name: chosen})
        home.den.run("Starfall Drift")
        await home.live(20)
        told(home.den)
        tv.show(None)
        await home.live(0)

    async def see(self, home: Home, interruption: str, moment: float) -> None:
        """The console goes off, once, and not too early."""
        off: list[str] = []

        def is_off() -> bool:
            off.extend(told(home.den))
            return bool(off)

        restarted = interruption in RESTARTS
        most = self.delay + 90 if restarted else max(0, self.delay - moment) + 70
        seconds = await seconds_until(home, is_off, most=most)
        assert restarted or seconds >= self.delay - moment - 40
        await home.live(6 * MINUTE, step=60)
        assert [*off, *told(home.den)] == ["TurnOff"]


class Idle:
    """A console is left on: a warning after four minutes, off two minutes later."""

    name = "idle_console_off"
    moments = (2 * MINUTE, 4.5 * MINUTE, 5.5 * MINUTE)
    saved_with: dict[str, Any] = {"also_apps": True}

    async def begin(self, home: Home, automate: Automate) -> None:
        """Leave the console alone."""
        chosen = {
            "console": home.at_den.id("media_player"),
            "notify": [home.telephone.entity_id],
            "from_time": "15:00:00",
            "idle_minutes": 4,
            "warn_minutes": 2,
        }
        home.den.run("Lumen Video")
        await home.live(20)
        await home.set_up(automate, **{self.name: chosen})
        home.den.go_home()
        await seconds_until(home, lambda: home.at_den("media_player") == "idle", most=60)
        told(home.den)

    async def see(self, home: Home, interruption: str, moment: float) -> None:
        """The console goes off, once, after one warning."""
        off: list[str] = []

        def is_off() -> bool:
            off.extend(told(home.den))
            return bool(off)

        known_anew = interruption in {"account", "restarted", "killed"}  # idle since when is not
        most = 6 * MINUTE - (0 if known_anew else moment) + 90
        await seconds_until(home, is_off, most=most)
        await home.live(6 * MINUTE, step=60)
        assert [*off, *told(home.den)] == ["TurnOff"]
        assert home.telephone.read() == ["Den goes off in 2 min."]


class FriendOnline:
    """A friend was told of: nothing more about that friend for eight minutes."""

    name = "friend_online"
    moments = (20.0, 2 * MINUTE, 4 * MINUTE)
    saved_with: dict[str, Any] = {"occasions": ["online", "playing"]}
    cool_down = 8 * MINUTE
    otter: Person

    async def begin(self, home: Home, automate: Automate) -> None:
        """Let the friend come online."""
        await add_friends(home.hass, home.entry, BRASS_OTTER)
        self.otter = home.simulator.world.person(BRASS_OTTER)
        people = [device_of(home.hass, home.entry, BRASS_OTTER)]
        chosen = {"people": people, "notify": [home.telephone.entity_id], "cool_down": 8}
        await home.set_up(automate, **{self.name: chosen})
        self.otter.go_online()
        await home.live(20)
        assert home.telephone.read() == ["Brass Otter is online."]

    async def see(self, home: Home, interruption: str, moment: float) -> None:
        """The friend comes back within the eight minutes, and after them."""
        await self._come_back(home)
        assert home.telephone.read() == []
        await home.live(self.cool_down - moment, step=60)
        await self._come_back(home)
        assert home.telephone.read() == ["Brass Otter is online."]

    async def _come_back(self, home: Home) -> None:
        self.otter.go_offline()
        await home.live(60)
        self.otter.go_online()
        await home.live(60)


class WeeklyReport:
    """There is a report at 16:03."""

    name = "weekly_report"
    moments = (1 * MINUTE, 2.5 * MINUTE, 4 * MINUTE)
    saved_with: dict[str, Any] = {"top": 5}

    async def begin(self, home: Home, automate: Automate) -> None:
        """Wait for the moment."""
        chosen = {
            "people": [device_of(home.hass, home.entry, home.owner.xuid)],
            "notify": [home.telephone.entity_id],
            "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "at": "16:03:00",
        }
        await home.set_up(automate, **{self.name: chosen})

    async def see(self, home: Home, interruption: str, moment: float) -> None:
        """The report comes, once."""
        await home.live(5 * MINUTE)
        [message] = home.telephone.read()
        assert message.startswith("Nova Kestrel: 0 min")
        await home.live(6 * MINUTE, step=60)
        assert home.telephone.read() == []


SCENARIOS: Final[tuple[Scenario, ...]] = (
    ScreenTime(),
    ScreenTimeOnPc(),
    TvFollows(),
    ConsoleFollows(),
    Idle(),
    FriendOnline(),
    WeeklyReport(),
)
