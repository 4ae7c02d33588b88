"""Numbers for changes, to tell which of them were made since another one."""


class Revisions:
    """Numbers changes. `latest` is the number of the latest change."""

    def __init__(self) -> None:
        """Start without changes."""
        self.latest = 0

    def next(self) -> int:
        """Return the number of a new change."""
        self.latest += 1
        return self.latest
