"""Tests of `scripts/doctor`, run as a program."""

import pathlib
import re
import subprocess

import pytest

from custom_components.xbox_network.xbox.endpoints import SIGNED_IN, Service
from custom_components.xbox_network.xbox.xerr import REFUSALS
from tests.simulator.auth.personas import all_personas

DOCTOR = pathlib.Path(__file__).parents[2] / "scripts" / "doctor"
CHAIN = [Service.LIVE, Service.USER_AUTH, Service.XSTS]


def doctor(*arguments: str, answer: str = "") -> tuple[int, str]:
    """Run the doctor. Return its exit code and its output."""
    done = subprocess.run(
        [DOCTOR, *arguments], input=answer, capture_output=True, text=True, timeout=250, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def rows(text: str) -> dict[str, str]:
    """Return the results of the printed table by service."""
    return dict(re.findall(r"^(\S+(?: page)?)  +(works|refused.*)$", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("options", "chain"), [((), CHAIN), (("--code",), [Service.ENTRA, *CHAIN[1:]])]
)
def test_everything_works(options: tuple[str, ...], chain: list[Service]) -> None:
    """A working account passes all steps and services, and its name is not printed."""
    code, text = doctor("--demo", "adult", *options)
    assert code == 0
    assert rows(text) == {str(service): "works" for service in {*chain, *SIGNED_IN}}
    account = all_personas()["adult"]
    assert account.xuid not in text
    assert account.name not in text


@pytest.mark.parametrize("persona", ["child", "banned"])
def test_refused_account(persona: str) -> None:
    """A refused account gets the reason and the advice."""
    code, text = doctor("--demo", persona)
    refusal = all_personas()[persona].refusal
    assert refusal
    assert code == 1
    assert rows(text)[Service.LIVE] == rows(text)[Service.USER_AUTH] == "works"
    assert REFUSALS[refusal.xerr].advice in rows(text)[Service.XSTS]
    assert not SIGNED_IN & rows(text).keys()


def test_cancelled() -> None:
    """A cancelled sign-in is reported."""
    code, text = doctor("--demo", "cancels")
    assert code == 1
    assert "access_denied" in rows(text)["sign-in page"]


def test_refused_with_a_code() -> None:
    """A sign-in that is refused where the code is entered is reported."""
    code, text = doctor("--demo", "cancels", "--code")
    assert code == 1
    assert "authorization_declined" in rows(text)[Service.ENTRA]
    assert len(rows(text)) == 1


@pytest.mark.parametrize("answer", ["https://example.org/?code=1&state=foreign", "http://["])
def test_wrong_address(answer: str) -> None:
    """An address that is not the answer to this sign-in is refused."""
    code, text = doctor("--client-id", "a", "--client-secret", "b", answer=f"{answer}\n")
    assert code == 1
    assert "https://login.live.com/oauth20_authorize.srf?client_id=a&" in text
    assert "&prompt=select_account\n" in text, "who is examined is chosen"
    assert "not the address" in rows(text)["sign-in page"]


def test_pasted_with_invisible_characters() -> None:
    """Characters that nobody sees in what is pasted do not count."""
    code, text = doctor(
        "--client-id=\u200ba\u00ad b\u00a0",
        "--client-secret=c\ufeff",
        "--redirect-uri=\u2060https://example.org/\u200bback",
        answer="\ufeffhttps://example.org/?error=access\u200b_denied\u202c\n",
    )
    assert code == 1
    assert "?client_id=ab&" in text
    assert "redirect_uri=https://example.org/back&" in text
    assert "access_denied" in rows(text)["sign-in page"]


def test_no_answer() -> None:
    """Without an answer the doctor ends with exit code 130."""
    assert doctor("--client-id", "a", "--client-secret", "b")[0] == 130


def test_unknown_persona() -> None:
    """For an unknown persona the doctor prints the known ones."""
    code, text = doctor("--demo", "nobody")
    assert code == 2
    assert "adult" in text
