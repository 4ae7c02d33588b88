"""The client of one account: its services, its pictures and its push connection."""

from .auth.chain import TokenChain
from .endpoints import Service
from .images import Picture
from .realtime.subscriptions import Realtime
from .services.achievements import AchievementsService
from .services.catalog import CatalogService
from .services.consoles import ConsolesService
from .services.people import PeopleService
from .services.presence import PresenceService
from .services.profile import ProfileService
from .services.stats import StatsService
from .services.titles import TitlesService
from .transport import Transport


class XboxClient:
    """The services, signed in as one account."""

    def __init__(self, auth: TokenChain, language: str = "en-US") -> None:
        """`language` is the locale of titles and texts."""
        self.auth = auth
        self.transport = Transport(auth, language)
        self.realtime = Realtime(auth, language)
        self.achievements = AchievementsService(self.transport)
        self.catalog = CatalogService(auth.http, language)
        self.consoles = ConsolesService(self.transport)
        self.people = PeopleService(self.transport)
        self.presence = PresenceService(self.transport)
        self.profile = ProfileService(self.transport)
        self.stats = StatsService(self.transport)
        self.titles = TitlesService(self.transport)

    @property
    def language(self) -> str:
        """The locale of titles and texts in answers; its country is the market of the store."""
        return self.transport.language

    @language.setter
    def language(self, language: str) -> None:
        self.transport.language = language
        self.catalog.language = language
        self.realtime.set_language(language)

    def budget_left(self, service: Service) -> int | None:
        """Return the number of requests that a service takes now, None without a limit."""
        return self.auth.http.rate_limits.requests_left(service)

    async def fetch(self, picture: Picture) -> tuple[bytes, str]:
        """Return the bytes of a picture and their content type. The request carries no token.

        Raises any `XboxError`.
        """
        answer = await self.auth.http.send(
            picture.host, "GET", picture.target, headers={"Accept": "image/*"}
        )
        answer.raise_for_status()
        return answer.body, answer.headers.get("Content-Type", "")
