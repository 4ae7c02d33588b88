"""Sign an account in without Home Assistant, send a request to each service, and print the results.

The client is imported as its own package, which needs no Home Assistant.
"""

import argparse
import asyncio
import getpass
import pathlib
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

if TYPE_CHECKING:
    from custom_components.xbox_network.xbox import (
        AuthenticationManager,
        XboxClient,
        XboxError,
        endpoints,
    )
    from custom_components.xbox_network.xbox.auth.device_code import DeviceCode, DeviceCodeSignIn
    from custom_components.xbox_network.xbox.auth.oauth import ACCOUNT_CHOICE
    from custom_components.xbox_network.xbox.characters import without_blanks
    from custom_components.xbox_network.xbox.endpoints import Service
    from custom_components.xbox_network.xbox.errors import (
        XboxAccountError,
        XboxCredentialsError,
        XboxRegistrationError,
        XboxSignInError,
        XboxTemporaryError,
        oauth_problem,
    )
else:
    CLIENT = pathlib.Path(__file__).parents[2] / "custom_components" / "xbox_network"
    sys.path.insert(0, str(CLIENT))
    from xbox import AuthenticationManager, XboxClient, XboxError, endpoints
    from xbox.auth.device_code import DeviceCode, DeviceCodeSignIn
    from xbox.auth.oauth import ACCOUNT_CHOICE
    from xbox.characters import without_blanks
    from xbox.endpoints import Service
    from xbox.errors import (
        XboxAccountError,
        XboxCredentialsError,
        XboxRegistrationError,
        XboxSignInError,
        XboxTemporaryError,
        oauth_problem,
    )

REDIRECT = "https://my.home-assistant.io/redirect/oauth"
# The home screen of the console: every account may request it, without an effect.
HOME = "750323071"

_ADVICE: dict[type[XboxError], str] = {
    XboxCredentialsError: "Compare client id and secret with the registration: the secret is the column"
    " Value, not Secret ID, and it expires.",
    XboxRegistrationError: "Register the application for personal Microsoft accounts, with a redirect"
    " address of the platform Web.",
    XboxSignInError: "Sign in again; a code can be used once, and for a few minutes.",
    XboxTemporaryError: "Try again in a few minutes.",
}


@dataclass(frozen=True)
class Row:
    """A line of the table: the service, whether it works, and the error if not."""

    subject: str
    works: bool
    detail: str = ""


type Step = Callable[[], Awaitable[None]]


class Stopped(Exception):
    """The sign-in cannot continue. The rows have the reason."""


class Doctor:
    """Examiner of one account."""

    def __init__(self, auth: AuthenticationManager) -> None:
        """Start with an account that is not signed in."""
        self._auth = auth
        self.rows: list[Row] = []

    async def examine(self, first: Service, live: Step) -> None:
        """Sign in, beginning with a step at Microsoft, then send a request to each service."""
        try:
            await self._sign_in(first, live)
        except Stopped:
            return
        client = XboxClient(self._auth)
        xuid = self._auth.xsts_token.xuid if self._auth.xsts_token else None
        if not xuid:
            self.rows.append(Row("identity", False, "the token names no xuid"))
            return
        await self._ask(Service.PEOPLE, lambda: client.people.batch([xuid]))
        await self._ask(Service.PRESENCE, lambda: client.presence.batch([xuid]))
        await self._ask(Service.TITLES, lambda: client.titles.info(xuid, HOME))
        await self._ask(Service.ACHIEVEMENTS, lambda: client.achievements.total(xuid, HOME))
        await self._ask(Service.STATS, lambda: client.stats.minutes_played([(xuid, HOME)]))
        await self._ask(Service.CONSOLES, lambda: client.consoles.consoles(storage=False))
        await self._ask(
            Service.PROFILE,
            lambda: client.transport.call(
                Service.PROFILE,
                "GET",
                f"/users/xuid({xuid})/profile/settings",
                query={"settings": "Gamerscore"},
            ),
        )

    async def redeem(self, answer_address: str, state: str) -> None:
        """Exchange the code in the address from Microsoft's page. Raises Stopped if there is none."""
        query = _query(answer_address)
        if error := query.get("error"):
            problem = oauth_problem(error)
            self.rows.append(Row("sign-in page", False, f"{error} ({problem or 'cancelled'})"))
            raise Stopped
        if query.get("state") != state or "code" not in query:
            self.rows.append(
                Row("sign-in page", False, "this is not the address that the sign-in led to")
            )
            raise Stopped
        self._auth.oauth = await self._auth.request_oauth_token(query["code"])

    async def _sign_in(self, first: Service, live: Step) -> None:
        async def user() -> None:
            self._auth.user_token = await self._auth.request_user_token()

        async def xsts() -> None:
            self._auth.xsts_token = await self._auth.request_xsts_token()

        for service, step in (
            (first, live),
            (Service.USER_AUTH, user),
            (Service.XSTS, xsts),
        ):
            if not await self._ask(service, step):
                raise Stopped

    async def _ask(self, service: Service, request: Callable[[], Awaitable[object]]) -> bool:
        try:
            await request()
        except XboxError as err:
            self.rows.append(Row(service, False, explain(err)))
            return False
        self.rows.append(Row(service, True))
        return True


def _query(address: str) -> Mapping[str, str]:
    """Return the query of a pasted address, empty if the address is invalid."""
    try:
        return URL(without_blanks(address)).query
    except ValueError:
        return {}


def explain(err: XboxError) -> str:
    """Return the meaning of an error and the advice, without personal data."""
    if isinstance(err, XboxAccountError):
        page = f" {err.redirect}" if err.redirect else ""
        return f"{err}: {err.refusal.advice}{page}"
    advice = next((text for kind, text in _ADVICE.items() if isinstance(err, kind)), "")
    return f"{err}. {advice}".strip()


def table(rows: list[Row]) -> str:
    """Return the rows as text."""
    width = max(len(row.subject) for row in rows)
    lines = [f"{'service':<{width}}  result"]
    lines += [
        f"{row.subject:<{width}}  {'works' if row.works else f'refused: {row.detail}'}"
        for row in rows
    ]
    return "\n".join(lines)


async def run(client_id: str, client_secret: str, redirect_uri: str, persona: str | None) -> int:
    """Examine one account. Return 0 if everything works."""
    async with aiohttp.ClientSession() as session:
        auth = AuthenticationManager(session, client_id, client_secret, redirect_uri)
        state = secrets.token_urlsafe(16)
        page = URL(auth.generate_authorization_url(state))
        address = str(page.update_query(ACCOUNT_CHOICE))
        if persona is None:
            answer = await asyncio.to_thread(_ask_person, address)
        else:
            answer = await _choose(session, address, persona)
        doctor = Doctor(auth)
        await doctor.examine(Service.LIVE, lambda: doctor.redeem(answer, state))
        return _report(doctor)


async def run_by_code(client_id: str, enter: Callable[[DeviceCode], None] | None = None) -> int:
    """Examine one account, which a person signs in with a code. Return 0 if everything works."""
    async with aiohttp.ClientSession() as session:
        auth = AuthenticationManager(session, client_id, "", REDIRECT)
        microsoft = DeviceCodeSignIn(auth.http, client_id)

        async def live() -> None:
            code = await microsoft.start()
            print(f"Open {code.verification_uri} on any device, enter this code, and sign in:\n")
            print(f"    {code.user_code}\n", flush=True)
            if enter:
                enter(code)
            auth.oauth = await microsoft.wait(code)

        doctor = Doctor(auth)
        await doctor.examine(Service.ENTRA, live)
        return _report(doctor)


def _report(doctor: Doctor) -> int:
    print(table(doctor.rows))
    return 0 if all(row.works for row in doctor.rows) else 1


def _ask_person(address: str) -> str:
    print(f"Open this address, sign in, and allow the application:\n\n{address}\n")
    print("The browser then goes to another page, which may show an error: that does not matter.")
    return input("Paste the address of that page here: ")


async def _choose(session: aiohttp.ClientSession, address: str, persona: str) -> str:
    """Choose a persona at the simulator's page, as a browser. Return the redirect address."""
    url = URL(address).update_query(persona=persona)
    async with session.get(url, allow_redirects=False) as answer:
        return answer.headers["Location"]


async def demo(persona: str, *, by_code: bool) -> int:
    """Examine a persona of the simulator."""
    from tests.simulator import (
        CLIENT_ID,
        CLIENT_SECRET,
        PUBLIC_CLIENT_ID,
        Simulator,
        redirect,
    )

    simulator = Simulator()
    if persona not in simulator.personas:
        print(f"There is no {persona}; there are: {', '.join(simulator.personas)}")
        return 2
    await simulator.start()
    try:
        with redirect(endpoints, simulator.url):
            if by_code:
                refuses = simulator.personas[persona].cancels
                answer = simulator.entra.decline if refuses else simulator.entra.allow
                given = () if refuses else (persona,)
                return await run_by_code(
                    PUBLIC_CLIENT_ID, lambda code: answer(code.user_code, *given)
                )
            return await run(CLIENT_ID, CLIENT_SECRET, REDIRECT, persona)
    finally:
        await simulator.stop()


def main() -> int:
    """Read the arguments and examine an account."""
    parser = argparse.ArgumentParser(prog="scripts/doctor", description=__doc__)
    parser.add_argument("--client-id", help="Application (client) ID of your registration")
    parser.add_argument("--client-secret", help="if missing, it is read without echo")
    parser.add_argument("--redirect-uri", default=REDIRECT, help="as registered (%(default)s)")
    parser.add_argument(
        "--code",
        action="store_true",
        help="sign in with a code, for an application without a secret",
    )
    parser.add_argument(
        "--demo", metavar="PERSONA", help="use this persona of the simulator, not the network"
    )
    args = parser.parse_args()
    try:
        if args.demo:
            return asyncio.run(demo(args.demo, by_code=args.code))
        client_id = args.client_id or input("Application (client) ID: ")
        if args.code:
            return asyncio.run(run_by_code(without_blanks(client_id)))
        client_secret = args.client_secret or getpass.getpass("Client secret (the Value): ")
        pasted = (client_id, client_secret, args.redirect_uri)
        client_id, client_secret, redirect_uri = map(without_blanks, pasted)
        return asyncio.run(run(client_id, client_secret, redirect_uri, None))
    except KeyboardInterrupt, EOFError:
        print("\nStopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
