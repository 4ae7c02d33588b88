"""The addresses of the user's pages that dialogs and repair issues link to."""

from typing import Final

from .const import DOCUMENTATION

_DEFAULT: Final = "docs/troubleshooting.md#when-xbox-refuses-the-account"
# By translation key.
_PAGES: Final = {
    "account_unexpected": "docs/troubleshooting.md#report-a-problem",
    "application_credentials": "docs/sign-in.md#an-application-with-a-secret",
    "application_not_public": "docs/sign-in.md#what-microsoft-answers",
    "built_in_refused": "docs/sign-in.md#what-microsoft-answers",
    "code_declined": "docs/troubleshooting.md#while-you-sign-in",
    "code_expired": "docs/troubleshooting.md#while-you-sign-in",
    "consoles_refused": "docs/consoles.md#prepare-the-console",
    "files_not_saved": "docs/troubleshooting.md#files",
    "friend_gone": "docs/sign-in.md#what-you-see-of-a-friend",
    "friend_unseen": "docs/sign-in.md#what-you-see-of-a-friend",
    "limits_damaged": "docs/troubleshooting.md#files",
    "limits_of_newer_version": "docs/troubleshooting.md#files",
    "playtime_damaged": "docs/troubleshooting.md#files",
    "playtime_now_of_newer_version": "docs/troubleshooting.md#files",
    "playtime_of_newer_version": "docs/troubleshooting.md#files",
    "public_application_refused": "docs/sign-in.md#a-public-application",
    "registration": "docs/sign-in.md#register-at-azure",
    "remote_features_off": "docs/consoles.md#prepare-the-console",
    "request_refused": "docs/troubleshooting.md#report-a-problem",
    "secret_not_wanted": "docs/sign-in.md#what-microsoft-answers",
    "sign_in_again": "docs/troubleshooting.md#while-you-sign-in",
    "sign_in_refused": "docs/troubleshooting.md#while-you-sign-in",
    "unreadable_answer": "docs/troubleshooting.md#report-a-problem",
}
# Credentials that worked before have expired; in the dialogs they may be wrong.
_REPAIR_PAGES: Final = {"application_credentials": "docs/sign-in.md#replace-an-expired-secret"}


def page_url(translation_key: str) -> str:
    """Return the address of the page that explains a message of a dialog."""
    return _address(_PAGES.get(translation_key, _DEFAULT))


def repair_url(translation_key: str) -> str:
    """Return the address of the page that explains a repair issue."""
    return _address((_PAGES | _REPAIR_PAGES).get(translation_key, _DEFAULT))


def _address(page: str) -> str:
    return f"{DOCUMENTATION}/blob/main/{page}"
