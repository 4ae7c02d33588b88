"""A client of the Xbox network: sign-in and services, on aiohttp and pydantic.

It knows nothing of Home Assistant.
"""

from .auth.manager import AuthenticationManager
from .client import XboxClient
from .errors import XboxError

__all__ = ["AuthenticationManager", "XboxClient", "XboxError"]
