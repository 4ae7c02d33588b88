"""Constants of the Xbox Network integration."""

from typing import Final

DOMAIN: Final = "xbox_network"

# The address of the documentation. Dialogs and repair issues link to it.
DOCUMENTATION: Final = "https://github.com/xbox-network/home-assistant-xbox-network"

# The id of the project's own application at Microsoft, which has no secret. None is registered yet.
BUILT_IN_CLIENT_ID: Final = ""

# Where applications are registered.
AZURE_PORTAL: Final = (
    "https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade"
)

# The type of a subentry for a friend. Its unique id is the friend's xuid.
SUBENTRY_FRIEND: Final = "friend"

# Entry option: the percentage of a disk that should stay free.
OPTION_STORAGE_SHARE: Final = "storage_share"
DEFAULT_STORAGE_SHARE: Final = 10
# Entry options: which games and apps lists offer, by their media ids. The favourites go first, in their order.
OPTION_FAVORITE_APPS: Final = "favorite_apps"
OPTION_ONLY_FAVORITES: Final = "only_favorites"
OPTION_HIDDEN_APPS: Final = "hidden_apps"
# Entry option: whether time in apps counts as play time, too.
OPTION_COUNT_APPS: Final = "count_apps"
# Entry option: the minutes of a bonus.
OPTION_BONUS_MINUTES: Final = "bonus_minutes"
DEFAULT_BONUS_MINUTES: Final = 15
# Entry option: whether a bonus moves a bedtime, too.
OPTION_BONUS_MOVES_BEDTIME: Final = "bonus_moves_bedtime"
# Entry option: whether only administrators change limits and bonus time.
OPTION_ADMINISTRATORS_ONLY: Final = "administrators_only"
