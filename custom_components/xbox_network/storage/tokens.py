"""The file with the user token and the XSTS token of one account. Secret."""

from homeassistant.core import HomeAssistant, callback

from ..xbox.auth.chain import TokenChain
from ..xbox.models.tokens import XAUResponse, XSTSResponse
from .base import account_file


class TokenStore:
    """Keeps user token and XSTS token of one account over a restart. Secret.

    They are not in the config entry: each change of an entry calls every listener of the entry.
    """

    def __init__(self, hass: HomeAssistant, owner: str) -> None:
        """`owner` is the xuid of the account."""
        self._file = account_file(hass, owner)
        self._closed = False

    @callback
    def close(self) -> None:
        """Save nothing more: the account may be removed while a request for a new token is under way."""
        self._closed = True

    async def load(self, chain: TokenChain) -> None:
        """Give the stored tokens to a chain; a token that cannot be read counts as none."""
        tokens = await self._file.load() or {}
        chain.user_token = XAUResponse.from_store(tokens.get("user_token"))
        chain.xsts_token = XSTSResponse.from_store(tokens.get("xsts_token"))

    async def save(self, chain: TokenChain) -> None:
        """Store the tokens of a chain."""
        if self._closed:
            return
        await self._file.save(
            {
                "user_token": chain.user_token and chain.user_token.to_store(),
                "xsts_token": chain.xsts_token and chain.xsts_token.to_store(),
            }
        )
