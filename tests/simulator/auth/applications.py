"""Apps that are registered without a secret."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """A refusal of an app: the word of the OAuth error, Microsoft's number for it, and the status."""

    error: str
    aadsts: int
    status: int = 400


@dataclass
class PublicApplication:
    """An app as it is registered at Azure.

    `redirects` are those of the platform "Mobile and desktop applications", `web_redirects` of "Web".
    """

    redirects: set[str] = field(
        default_factory=lambda: {"https://my.home-assistant.io/redirect/oauth", "http://localhost"}
    )
    web_redirects: set[str] = field(default_factory=set)
    allows_public_flows: bool = True
    for_personal_accounts: bool = True
    fault: Fault | None = None
