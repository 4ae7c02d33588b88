"""The people of an account, by what its entry says: it need not be loaded."""

from homeassistant.config_entries import ConfigEntry

from .const import SUBENTRY_FRIEND


def tracked_people(entry: ConfigEntry) -> dict[str, str | None]:
    """Return the subentry id of each tracked xuid: None for the owner, an id for each friend."""
    owner = str(entry.unique_id)
    return {owner: None} | {
        friend.unique_id: friend.subentry_id
        for friend in entry.get_subentries_of_type(SUBENTRY_FRIEND)
        if friend.unique_id and friend.unique_id != owner
    }


def name_in_entry(entry: ConfigEntry, subentry_id: str | None) -> str:
    """Return the name of a tracked person in the entry or the subentry."""
    return entry.subentries[subentry_id].title if subentry_id else entry.title
