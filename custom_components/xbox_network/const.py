"""Constants of the Xbox Network integration."""

from typing import Final

DOMAIN: Final = "xbox_network"

# The owner of the documentation that dialogs and repair issues link to.
DOCUMENTATION: Final = "https://github.com/xbox-network/home-assistant-xbox-network"

# A friend is a subentry of this type with the friend's xuid as unique id.
SUBENTRY_FRIEND: Final = "friend"

# The percentage of a disk that should stay free; an option of the entry.
OPTION_STORAGE_SHARE: Final = "storage_share"
DEFAULT_STORAGE_SHARE: Final = 10
# The product ids that no list of games and apps shows; an option of the entry.
OPTION_HIDDEN_APPS: Final = "hidden_apps"
# Whether time in apps counts as play time, too; an option of the entry.
OPTION_COUNT_APPS: Final = "count_apps"
# The minutes that a bonus is; an option of the entry.
OPTION_BONUS_MINUTES: Final = "bonus_minutes"
DEFAULT_BONUS_MINUTES: Final = 15
