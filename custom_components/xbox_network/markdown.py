"""Names in texts that the frontend shows as markdown: descriptions of repairs and forms, and of aborted dialogs."""

import re
from typing import Final

# Markdown takes any of these literally after a backslash.
_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")


def escaped(name: str) -> str:
    """Return a name, which is anybody's free text, so that markdown shows it as it is."""
    return _PUNCTUATION.sub(r"\\\g<0>", " ".join(name.split()))


def named(**names: str) -> dict[str, str]:
    """Return the placeholders of names: for descriptions, and as `plain_...` for titles, which are no markdown."""
    return {key: escaped(name) for key, name in names.items()} | {
        f"plain_{key}": name for key, name in names.items()
    }
