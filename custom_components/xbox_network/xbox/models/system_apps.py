"""Package family names and ids of the apps that belong to a console's system (`docs/network.md` S0.8)."""

from typing import Final

HOME_FAMILY: Final = "Xbox.Dashboard_8wekyb3d8bbwe"
LIVE_TV_FAMILY: Final = "Microsoft.Xbox.LiveTV_8wekyb3d8bbwe"
IDLE_SCREEN_FAMILY: Final = "Xbox.IdleScreen_8wekyb3d8bbwe"
HOME_AUMID: Final = f"{HOME_FAMILY}!Xbox.Dashboard.Application"
