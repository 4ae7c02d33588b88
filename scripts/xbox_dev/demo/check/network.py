"""A client of the simulated network without any code of the integration."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from tests.simulator import CLIENT_ID, CLIENT_SECRET

from .presence_events import online_changes

REDIRECT = "http://127.0.0.1/back"


@dataclass(frozen=True)
class Account:
    """The values and the presence of the account's owner."""

    xuid: str
    gamertag: str
    gamerscore: int
    friends: int
    followers: int
    following: int
    online: bool
    playing: str | None


@dataclass(frozen=True)
class ConsoleState:
    """The power of a console, and its app as the network names it."""

    power: str
    app: str


class Network:
    """Client of the simulator for one persona. It waits when Home Assistant has used up a rate limit."""

    def __init__(self, session: aiohttp.ClientSession, url: URL) -> None:
        """Store the session and the simulator's address."""
        self._session = session
        self._url = url
        self._headers: dict[str, str] = {}
        self._xuid = ""

    async def sign_in(self, persona: str) -> None:
        """Get the tokens: code, Live token, user token, XSTS token."""
        app = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "scope": "Xboxlive.signin"}
        page = self._url / "login.live.com/oauth20_authorize.srf"
        choice = page % {**app, "response_type": "code", "persona": persona}
        async with self._session.get(choice, allow_redirects=False) as answer:
            code = URL(answer.headers["Location"]).query["code"]
        form = {**app, "client_secret": CLIENT_SECRET, "code": code}
        live = await self._post(
            "login.live.com/oauth20_token.srf", data={**form, "grant_type": "authorization_code"}
        )
        rps = {"AuthMethod": "RPS", "SiteName": "user.auth.xboxlive.com"}
        user = await self._post(
            "user.auth.xboxlive.com/user/authenticate",
            json=_request(
                "http://auth.xboxlive.com", {**rps, "RpsTicket": f"d={live['access_token']}"}
            ),
        )
        xsts = await self._post(
            "xsts.auth.xboxlive.com/xsts/authorize",
            json=_request(
                "http://xboxlive.com", {"SandboxId": "RETAIL", "UserTokens": [user["Token"]]}
            ),
        )
        claims = xsts["DisplayClaims"]["xui"][0]
        self._xuid = claims["xid"]
        self._headers["Authorization"] = f"XBL3.0 x={claims['uhs']};{xsts['Token']}"

    async def account(self) -> Account:
        """Return the owner's current values from peoplehub."""
        path = "peoplehub.xboxlive.com/users/me/people/batch/decoration/detail,presenceDetail"
        content = {"xuids": [self._xuid]}
        answer = await self._post(path, json=content, contract="7", headers=self._headers)
        person = answer["people"][0]
        detail = person["detail"]
        active = [item for item in person["presenceDetails"] if item["State"] == "Active"]
        games = [item["PresenceText"] for item in active if item["IsGame"]]
        return Account(
            person["xuid"],
            person["uniqueModernGamertag"],
            int(person["gamerScore"]),
            detail["friendCount"],
            detail["followerCount"],
            detail["followingCount"],
            person["presenceState"] == "Online",
            games[0] if games else None,
        )

    async def friends(self) -> dict[str, str]:
        """Return the modern gamertags of the account's friends, by xuid."""
        path = "peoplehub.xboxlive.com/users/me/people/friends"
        answer = await self._ask("GET", path, contract="7", headers=self._headers)
        return {person["xuid"]: person["uniqueModernGamertag"] for person in answer["people"]}

    async def unlocked(self, xuid: str, title_id: str) -> set[str]:
        """Return the names of a person's unlocked achievements in a title, of Xbox 360 or newer."""
        path = f"achievements.xboxlive.com/users/xuid({xuid})/achievements?maxItems=1000"
        answers = [
            await self._ask("GET", f"{path}&titleId={title_id}", contract, headers=self._headers)
            for contract in ("4", "3")
        ]
        items = [item for answer in answers for item in answer["achievements"]]
        return {it["name"] for it in items if it.get("progressState", "Achieved") == "Achieved"}

    async def consoles(self) -> dict[str, str]:
        """Return the names of the account's consoles, by id."""
        answer = await self._ask_consoles("lists/devices?includeStorageDevices=false")
        return {console["id"]: console["name"] for console in answer["result"]}

    async def console(self, console_id: str) -> ConsoleState:
        """Return the current state of a console."""
        answer = await self._ask_consoles(f"consoles/{console_id}")
        return ConsoleState(answer["powerState"], answer["focusAppAumid"] or "")

    async def _ask_consoles(self, path: str) -> Any:
        headers = {**self._headers, "skillplatform": "RemoteManagement"}
        return await self._ask("GET", f"xccs.xboxlive.com/{path}", contract="4", headers=headers)

    async def picture(self, address: str) -> tuple[int, bytes]:
        """Return the status and the body of a picture, requested as a browser does."""
        async with self._session.get(URL(address, encoded=True)) as answer:
            return answer.status, await answer.read()

    def online_changes(self, xuids: Sequence[str]) -> AsyncIterator[tuple[str, bool]]:
        """Yield each person who comes online (True) or goes offline, when it is announced."""
        url = self._url / "rta.xboxlive.com/connect"
        return online_changes(self._session, url, self._headers, xuids)

    async def _ask(self, method: str, path: str, contract: str = "1", **fields: Any) -> Any:
        headers = {
            "x-xbl-contract-version": contract,
            "Accept": "application/json",
            "Accept-Language": "en-US",
            **fields.pop("headers", {}),
        }
        url = URL(f"{self._url}/{path}")
        while True:
            async with self._session.request(method, url, headers=headers, **fields) as answer:
                if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                    answer.raise_for_status()
                    return await answer.json()
            await asyncio.sleep(int(answer.headers.get("Retry-After", "5")))

    async def _post(self, path: str, **fields: Any) -> Any:
        return await self._ask("POST", path, **fields)


def _request(relying_party: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"RelyingParty": relying_party, "TokenType": "JWT", "Properties": properties}
