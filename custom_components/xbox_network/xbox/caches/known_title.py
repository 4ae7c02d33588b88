"""What is kept of a title. Nothing in it is about a person."""

from ..models.base import Count, Items, TitleId, XboxModel
from ..models.titles import Title, TitleImage


class KnownTitle(XboxModel):
    """The kept facts of a title. Nothing in them is about a person.

    `told_game` is whether peoplehub calls it a game. `total` is the number of achievements that was counted when
    all of them together were worth `worth` gamerscore. `shown` is the name under which it was shown last.
    """

    title_id: TitleId
    title: Title | None = None
    told_game: bool | None = None
    total: Count | None = None
    worth: Count | None = None
    shown: str | None = None


class KeptTitles(XboxModel):
    """The kept titles."""

    titles: Items[KnownTitle] = ()


def lasting(title: Title) -> Title:
    """Return the facts of a title that are the same for every person: a picture of each type, no progress."""
    pictures: dict[str, TitleImage] = {}
    for image in title.images:
        kind = (image.type or "").casefold()
        if kind and kind not in pictures and image.is_usable:
            pictures[kind] = image
    lasting = {"images": tuple(pictures.values()), "achievement": None, "title_history": None}
    return title.model_copy(update=lasting)


def impersonal(known: KnownTitle) -> KnownTitle:
    """Return a kept title without progress, and without facts of another title."""
    title = known.title
    if title is None or title.title_id != known.title_id:
        return known.model_copy(update={"title": None})
    return known.model_copy(update={"title": lasting(title)})
