"""The steps of the dialog up to a token of Microsoft: the choice of the way, then the way itself."""

from typing import Any, Final, override

import probatio
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.helpers.config_entry_oauth2_flow import ImplementationUnavailableError
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .. import const
from ..application_credentials import BrowserSignIn, redirect_address
from ..documentation import page_url
from ..error_texts import error_key, error_placeholders
from ..markdown import escaped
from ..sign_in_way import WAY, SignInWay, is_public, way_of
from ..xbox.endpoints import Service
from ..xbox.errors import (
    OAuthProblem,
    XboxApplicationError,
    XboxCredentialsError,
    XboxError,
    XboxRegistrationError,
    XboxServiceError,
    oauth_problem,
)
from .code_steps import CodeSteps
from .public_application import (
    applications,
    has_secret,
    name_of,
    pasted_client_id,
    public_client_ids,
    store,
)

CLIENT_ID: Final = "client_id"
WAY_FIELD: Final = "way"

_REJECTIONS: dict[OAuthProblem | None, type[XboxError]] = {
    OAuthProblem.WRONG_CREDENTIALS: XboxCredentialsError,
    OAuthProblem.WRONG_REGISTRATION: XboxRegistrationError,
    OAuthProblem.TRY_LATER: XboxServiceError,
}


class SignInFlow(CodeSteps):
    """Leads to a token of Microsoft: with a code, with the browser, or with an application that has a secret."""

    def __init__(self) -> None:
        """Start without a choice."""
        super().__init__()
        self._way = SignInWay.OWN_APPLICATION
        self._built_in_refused = False

    @property
    def account(self) -> ConfigEntry | None:
        """The account that is signed in again, None for a new one."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry() if self.source == SOURCE_RECONFIGURE else None

    # The choice of the way

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the user choose how to sign in."""
        return self.async_show_menu(step_id="user", menu_options=list(SignInWay))

    def show_ways(self, entry: ConfigEntry, *, step_id: str) -> ConfigFlowResult:
        """Show the form with the ways for an account; the present way is chosen already."""
        ways = SelectSelector(
            SelectSelectorConfig(
                options=list(SignInWay), mode=SelectSelectorMode.LIST, translation_key="way"
            )
        )
        field = probatio.Required(WAY_FIELD, default=way_of(entry).value)
        return self.async_show_form(
            step_id=step_id,
            data_schema=probatio.Schema({field: ways}),
            description_placeholders={"name": escaped(entry.title)},
        )

    async def go(self, chosen: dict[str, Any]) -> ConfigFlowResult:
        """Go the way that was chosen in the form of `show_ways`."""
        way = SignInWay(chosen[WAY_FIELD])
        if way is SignInWay.OWN_APPLICATION:
            return await self.async_step_own_application()
        return await self._go_without_secret(way)

    async def async_step_by_code(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in with a code, which is entered on any device."""
        return await self._go_without_secret(SignInWay.CODE)

    async def async_step_by_browser(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in on Microsoft's page in this browser."""
        return await self._go_without_secret(SignInWay.BROWSER)

    # An application that has a secret

    async def async_step_own_application(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in with an application that has a secret; the user chooses if there are several."""
        self._way = SignInWay.OWN_APPLICATION
        try:
            own = await self._own_applications()
        except ImplementationUnavailableError:
            return self.async_abort(reason="oauth_implementation_unavailable")
        if not own:
            # the frontend answers the first reason with the dialog for credentials, and then adds an account
            reason = "missing_configuration" if self.account else "missing_credentials"
            return self.async_abort(reason=reason)
        present = self.account.data["auth_implementation"] if self.account else None
        if self.source == SOURCE_REAUTH and present in own:
            return await self.async_step_pick_implementation({"implementation": present})
        if len(own) == 1:
            return await self.async_step_pick_implementation({"implementation": next(iter(own))})
        choice = probatio.Required(
            "implementation", default=present if present in own else next(iter(own))
        )
        return self.async_show_form(
            step_id="pick_implementation", data_schema=probatio.Schema({choice: probatio.In(own)})
        )

    @override
    async def async_step_pick_implementation(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the chosen application; a browser that is reloaded sees the same choice again."""
        if user_input is None:
            return await self.async_step_own_application()
        return await super().async_step_pick_implementation(user_input)

    async def _own_applications(self) -> dict[str, str]:
        """Return the applications that have a secret, and the account's own one if it is signed in at Live."""
        entry = self.account
        live = entry is not None and not is_public(entry.data["token"])
        present = entry.data["auth_implementation"] if entry and live else None
        return {
            name: application.name
            for name, application in (await applications(self.hass)).items()
            if application.client_secret or name == present
        }

    # The application without a secret

    async def _go_without_secret(self, way: SignInWay) -> ConfigFlowResult:
        self._way = way
        try:
            client_id = await self._known_application()
        except ImplementationUnavailableError:
            return self.async_abort(reason="oauth_implementation_unavailable")
        return await (self._sign_in(client_id) if client_id else self._show_application_form())

    async def _known_application(self) -> str | None:
        """Return the client id to use without a question, None if the user has to name one."""
        if self.source == SOURCE_REAUTH and (present := await self._present_application()):
            return present
        if const.BUILT_IN_CLIENT_ID and not self._built_in_refused:
            return const.BUILT_IN_CLIENT_ID
        known = await public_client_ids(self.hass)
        return known[0] if len(known) == 1 and self.source != SOURCE_RECONFIGURE else None

    async def _present_application(self) -> str | None:
        """Return the client id of an account that was signed in without a secret."""
        entry = self.account
        if entry is None or not is_public(entry.data["token"]):
            return None
        found = (await applications(self.hass)).get(entry.data["auth_implementation"])
        refused = self._built_in_refused and found and found.client_id == const.BUILT_IN_CLIENT_ID
        return found.client_id if found and not refused else None

    async def _show_application_form(
        self,
        errors: dict[str, str] | None = None,
        entered: str | None = None,
        placeholders: dict[str, str] | None = None,
    ) -> ConfigFlowResult:
        known = await public_client_ids(self.hass)
        suggested = entered or await self._present_application() or next(iter(known), "")
        field = probatio.Required(CLIENT_ID, description={"suggested_value": suggested})
        several = SelectSelectorConfig(
            options=known, custom_value=True, mode=SelectSelectorMode.DROPDOWN
        )
        code = self._way is SignInWay.CODE
        return self.async_show_form(
            step_id="application_for_code" if code else "application_for_browser",
            data_schema=probatio.Schema(
                {field: SelectSelector(several) if known else TextSelector()}
            ),
            errors=errors,
            description_placeholders={
                "portal_url": const.AZURE_PORTAL,
                "redirect_url": redirect_address(self.hass),
                "documentation_url": page_url("public_application_refused"),
                **(placeholders or {}),
            },
        )

    async def async_step_application_for_code(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the client id of an application that needs no redirect address."""
        return await self._take_application(SignInWay.CODE, user_input)

    async def async_step_application_for_browser(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the client id of an application that has a redirect address."""
        return await self._take_application(SignInWay.BROWSER, user_input)

    async def _take_application(
        self, way: SignInWay, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        self._way = way
        if user_input is None:
            return await self._show_application_form()
        entered = user_input[CLIENT_ID]
        client_id = pasted_client_id(entered)
        if client_id is None:
            return await self._show_application_form({CLIENT_ID: "no_client_id"}, entered)
        if await has_secret(self.hass, client_id):
            return await self._show_application_form({CLIENT_ID: "stored_with_secret"}, entered)
        return await self._sign_in(client_id)

    async def _sign_in(self, client_id: str) -> ConfigFlowResult:
        self.client_id = client_id
        if self._way is SignInWay.CODE:
            return await self.get_code()
        self.flow_impl = BrowserSignIn(self.hass, await name_of(self.hass, client_id), client_id)
        return await self.async_step_auth()

    @override
    async def refused(self, err: XboxApplicationError) -> ConfigFlowResult:
        """Show why Microsoft refuses an application without a secret, and go on with another one."""
        self.logger.warning("The application is refused: %s", err)
        if self.client_id == const.BUILT_IN_CLIENT_ID:
            self._built_in_refused = True
            return await self.async_step_built_in_refused(err=err)
        return await self._show_application_form(
            {"base": error_key(err)}, self.client_id, error_placeholders(err)
        )

    async def async_step_built_in_refused(
        self,
        user_input: dict[str, Any] | None = None,
        *,
        err: XboxApplicationError | None = None,
    ) -> ConfigFlowResult:
        """Offer the user's own applications, as Microsoft refuses the built-in one."""
        code = self._way is SignInWay.CODE
        return self.async_show_menu(
            step_id="built_in_refused",
            menu_options=[
                "application_for_code" if code else "application_for_browser",
                SignInWay.OWN_APPLICATION,
            ],
            description_placeholders={
                "aadsts": "",
                "documentation_url": page_url("built_in_refused"),
                **(error_placeholders(err) if err else {}),
            },
        )

    async def keep_application(self) -> None:
        """Store the application that an account was signed in with."""
        if self._way is not SignInWay.OWN_APPLICATION:
            await store(self.hass, self.client_id)

    # The browser

    @override
    async def async_step_creation(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Exchange the authorization code for a token."""
        try:
            return await super().async_step_creation(user_input)
        except XboxError as err:
            return await self._end(err)

    @override
    async def async_step_authorize_rejected(self, data: None = None) -> ConfigFlowResult:
        """End a sign-in that Microsoft's page has rejected."""
        error = self.external_data["error"]
        if error == "access_denied":
            return self.async_abort(reason="cancelled")
        kind = _REJECTIONS.get(oauth_problem(error))
        if kind is None:
            return await super().async_step_authorize_rejected(data)
        own = self._way is SignInWay.OWN_APPLICATION
        service = Service.LIVE if own else Service.ENTRA
        return await self._end(kind(f"Microsoft's page says: {error}", service=service))

    async def _end(self, err: XboxError) -> ConfigFlowResult:
        """End a sign-in on Microsoft's page, or go on with another application without a secret."""
        own = self._way is SignInWay.OWN_APPLICATION
        if isinstance(err, XboxApplicationError) and not own:
            return await self.refused(err)
        return self.abort_refused(err)

    def abort_refused(self, err: XboxError) -> ConfigFlowResult:
        """End the dialog with an error."""
        self.logger.debug("The sign-in was refused: %s", err)
        return self.async_abort(
            reason=error_key(err), description_placeholders=error_placeholders(err)
        )

    def with_way(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the data of an entry with the way in its token, by which it is refreshed where it was issued."""
        if self._way is SignInWay.OWN_APPLICATION:
            return data
        return {**data, "token": {**data["token"], WAY: self._way.value}}
