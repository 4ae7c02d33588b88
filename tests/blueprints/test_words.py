"""Every word of every message is in Home Assistant's language, or is chosen."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from homeassistant.const import WEEKDAYS
from homeassistant.core import HomeAssistant

from custom_components.xbox_network import services
from custom_components.xbox_network.const import DOMAIN
from tests.blueprints.conftest import Automate, Live
from tests.helpers.blueprints.family import Family
from tests.helpers.blueprints.files import device_of, inputs_of
from tests.helpers.blueprints.interruptions import Home
from tests.helpers.consoles import told
from tests.helpers.fake_devices import Telephone
from tests.simulator.world.demo_world import STARFALL_DRIFT

MINUTE = 60.0
FOLDER = Path(services.__file__).parent / "translations"
ENGLISH = json.loads((FOLDER / "en.json").read_text())["selector"]
OTHERS = sorted(it.stem for it in FOLDER.glob("*.json") if it.stem != "en")
BY_HAND = {
    "achievement_celebration": ["Jemand hat einen Erfolg freigeschaltet."],
    "friend_online": ["Jemand ist online."],
    "idle_console_off": ["Den geht in 5 Min. aus."],
    "weekly_report": ["Nova Kestrel: 0 Min."],
}


@pytest.fixture(name="german")
async def german_fixture(hass: HomeAssistant, home: Home) -> Home:
    """Return a home whose language is German."""
    await hass.config.async_update(language="de")
    return home


async def words(hass: HomeAssistant, **data: str) -> Any:
    """Return what `get_words` answers."""
    return await hass.services.async_call(
        DOMAIN, "get_words", data, blocking=True, return_response=True
    )


@pytest.mark.parametrize("language", OTHERS)
async def test_get_words(home: Home, language: str) -> None:
    """Each language has all words, and they are other ones than the English."""
    english, answer = await words(home.hass), await words(home.hass, language=language)
    assert (english["language"], answer["language"]) == ("en", language)
    assert answer["words"].keys() == english["words"].keys() == ENGLISH["message"]["options"].keys()
    sentences = {key for key, it in english["words"].items() if it.endswith(".")}
    same = {key for key in sentences if answer["words"][key] == english["words"][key]}
    assert same <= {"online"}  # a Dutch or a German sentence is
    for key, it in english["words"].items():
        assert set(re.findall(r"{\w+}", answer["words"][key])) == set(re.findall(r"{\w+}", it))
    assert len(set(answer["weekdays"])) == len(WEEKDAYS)
    assert len(set(answer["months"])) == 12
    assert answer["weekdays"] != english["weekdays"]


async def test_language_without_words(home: Home) -> None:
    """A language that nobody has translated is English."""
    assert (await words(home.hass, language="fi"))["words"] == ENGLISH["message"]["options"]


@pytest.mark.parametrize("language", ["es-419", "de-DE", "fr_CA", "NL", "en-GB"])
async def test_regional_language(home: Home, language: str) -> None:
    """A language of a region that has no words of its own is the language."""
    assert not [it for it in OTHERS if it != it[:2]]
    answer = await words(home.hass, language=language)
    assert answer["words"] == (await words(home.hass, language=language[:2].lower()))["words"]
    assert answer["language"] == language


@pytest.mark.parametrize("name", BY_HAND)
async def test_german(german: Home, automate: Automate, live: Live, name: str) -> None:
    """Without chosen texts a German home reads German."""
    person = device_of(german.hass, german.entry, german.owner.xuid)
    chosen = {
        "people": [person],
        "console": german.at_den.id("media_player"),
        "notify": [german.telephone.entity_id],
    }
    await automate(name, **{it: chosen[it] for it in inputs_of(name) if it in chosen})
    target = {"entity_id": f"automation.{name}"}
    await german.hass.services.async_call("automation", "trigger", target)
    await live(20)
    assert german.telephone.read() == BY_HAND[name]


async def test_german_screen_time(german: Home, automate: Automate, live: Live) -> None:
    """Warning, end and reminder are German; a chosen text is said instead."""
    family = Family(german.hass, german.entry, german.owner, german.telephone)
    await family.agree(2)
    german.den.regulars.clear()
    await automate(
        "screen_time_budget",
        **(family.chosen | {"warn_minutes": 1}),
        consoles=family.den,
        grace_minutes=2,
        reminder_message="Schluss, {{ person }}!",
    )
    german.owner.play(STARFALL_DRIFT, "WindowsOneCore")
    await live(6 * MINUTE)
    assert german.telephone.read() == [
        "Nova Kestrel, du hast heute noch 1 Min. Spielzeit.",
        (
            "Nova Kestrel, deine Spielzeit für heute ist vorbei. "
            "Bitte speichere dein Spiel: Die Konsole geht in 2 Min. aus."
        ),
        "Schluss, Nova Kestrel!",
    ]
    assert told(german.den) == []


@pytest.mark.parametrize("days", [7, 8])
async def test_chosen(
    german: Home, automate: Automate, live: Live, telephone: Telephone, days: int
) -> None:
    """With all texts of a report chosen, nothing else is said: no word of ours is left."""
    chosen: dict[str, Any] = {
        "hours_text": "{hours} ⌛",
        "minutes_text": "{minutes} ⏱",
        "weekdays_text": "①,②,③,④,⑤,⑥,⑦",
        "months_text": "㊀,㊁,㊂,㊃,㊄,㊅,㊆,㊇,㊈,㊉,⑪,⑫",
        "date_text": "{weekday}/{day}/{month}",
        "most_text": "★ {games}",
        "late_text": "⌚ {time}",
        "title_text": "♥",
        "unknown_text": "?",
    }
    texts = {key for key, it in inputs_of("weekly_report").items() if "text" in it["selector"]}
    assert texts == chosen.keys()
    german.owner.play(STARFALL_DRIFT)
    await live(70 * MINUTE, step=60)
    german.owner.go_offline()
    await live(20)
    person = device_of(german.hass, german.entry, german.owner.xuid)
    inputs = {
        "people": [person],
        "notify": [telephone.entity_id],
        "weekdays": list(WEEKDAYS),
        "at": "17:30:00",
        "days": days,
    }
    await german.set_up(automate, weekly_report=chosen | inputs)
    await german.end(killed=False)
    german.freezer.tick(60 * MINUTE)
    await german.start()
    await live(30)
    [message] = telephone.read()
    left = message.replace("Nova Kestrel", "").replace("Sternensturz", "")
    assert re.findall(r"[a-zA-Z]+", left) == [], message
    assert {"⌛", "⏱", "★", "⌚"} <= set(message)
    assert bool(re.search(r"- [①②③④⑤⑥⑦]/\d+/", message)) == (days > 7)


async def test_account_that_is_not_loaded(
    german: Home, automate: Automate, live: Live, telephone: Telephone
) -> None:
    """A report that cannot ask about somebody says so, in Home Assistant's language or as chosen."""
    inputs = {
        "people": [device_of(german.hass, german.entry, german.owner.xuid)],
        "notify": [telephone.entity_id],
    }
    await german.hass.config_entries.async_unload(german.entry.entry_id)
    for text, said in (("", "nicht bekannt"), ("unbekannt", "unbekannt")):
        await german.set_up(automate, weekly_report=inputs | {"unknown_text": text})
        await german.hass.services.async_call(
            "automation", "trigger", {"entity_id": "automation.weekly_report"}
        )
        await live(31 * MINUTE)  # it waits for the account
        assert telephone.read() == [f"Nova Kestrel: {said}"]
