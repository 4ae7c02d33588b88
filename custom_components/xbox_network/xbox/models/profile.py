"""Settings of a profile, contract 3 (`docs/network.md` S3). All values are text."""

from pydantic import Field

from .base import Items, Name, XboxModel, Xuid


class ProfileSetting(XboxModel):
    """One setting of those that are names, `""` when hidden."""

    name: str = Field(validation_alias="id")
    value: Name = None


class ProfileUser(XboxModel):
    """A person with the requested settings."""

    xuid: Xuid = Field(validation_alias="id")
    settings: Items[ProfileSetting] = ()

    def setting(self, name: str) -> str | None:
        """Return a setting, None if it is missing or hidden."""
        return next((s.value for s in self.settings if s.name == name and s.value), None)

    @property
    def name(self) -> str | None:
        """The name that Xbox shows: the modern gamertag with its suffix, else the classic one."""
        return self.setting("UniqueModernGamertag") or self.setting("Gamertag")


class ProfileAnswer(XboxModel):
    """The people that were found."""

    profile_users: Items[ProfileUser] = ()
