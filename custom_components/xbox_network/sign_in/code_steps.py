"""The steps of the dialog that show a code until a person has entered it on any device."""

import asyncio
import time
from abc import abstractmethod
from datetime import timedelta
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESSED
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler
from homeassistant.helpers.event import async_track_time_interval

from ..application_credentials import http_client, token_data
from ..const import DOMAIN
from ..error_texts import error_key, error_placeholders
from ..markdown import escaped
from ..xbox.auth.device_code import DeviceCode, DeviceCodeSignIn
from ..xbox.errors import XboxApplicationError, XboxCodeExpiredError, XboxError
from ..xbox.models.tokens import OAuth2TokenResponse
from .public_application import name_of

# A phone that slept has missed that the code was accepted: its dialog is called when it is back, for an hour.
_LOOK_INTERVAL: Final = timedelta(seconds=1)
_CALLING_SECONDS: Final = 3600.0


class CodeSteps(AbstractOAuth2FlowHandler):
    """Signs in with a code. The wait for the person ends with the dialog, or with the code."""

    DOMAIN = DOMAIN

    def __init__(self) -> None:
        """Start without a code."""
        super().__init__()
        self.client_id = ""
        self._code: DeviceCode | None = None
        self._entering: asyncio.Task[OAuth2TokenResponse] | None = None
        self._code_error: XboxError | None = None
        self._end_calls: CALLBACK_TYPE | None = None

    @abstractmethod
    async def refused(self, err: XboxApplicationError) -> ConfigFlowResult:
        """Show why Microsoft refuses the application."""

    @callback
    @override
    def async_remove(self) -> None:
        """Ask Microsoft no more about the code of a dialog that was closed."""
        if self._entering:
            self._entering.cancel()
        self._stop_calling()

    async def get_code(self) -> ConfigFlowResult:
        """Get a code for the application, and show it."""
        microsoft = DeviceCodeSignIn(http_client(self.hass, self.client_id), self.client_id)
        try:
            self._code = await microsoft.start()
        except XboxError as err:
            return await self._end_code(err)
        # in the background: Home Assistant does not wait for a person before it stops or goes on
        self._entering = self.hass.async_create_background_task(
            microsoft.wait(self._code), f"{DOMAIN} code"
        )
        return await self.async_step_code()

    async def async_step_code(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the code until it was entered, or has ended."""
        if self._code is None or self._entering is None:
            return await self.get_code()
        if self._entering.done():
            self._call()
            return self.async_show_progress_done(next_step_id="code_done")
        address = self._code.verification_uri
        return self.async_show_progress(
            step_id="code",
            progress_action="enter_code",
            description_placeholders={
                "code": escaped(self._code.user_code),
                "address": address,
                "qr_code": f'<ha-qr-code data="{address}"></ha-qr-code>',
                "minutes": str(round(self._code.expires_in / 60)),
            },
            progress_task=self._entering,
        )

    async def async_step_code_done(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on with the token, or show why there is none."""
        self._stop_calling()
        entering, self._entering = self._entering, None
        if entering is None:
            return await self.get_code()
        try:
            answer = await entering
        except XboxError as err:
            return await self._end_code(err)
        if answer.remaining() <= 0.0:  # the dialog was opened again too late
            return self._show_code_ended(XboxCodeExpiredError("The token has ended"))
        token = {**token_data(answer), "expires_at": answer.received_at + answer.expires_in}
        name = await name_of(self.hass, self.client_id)
        return await self.async_oauth_create_entry({"auth_implementation": name, "token": token})

    async def _end_code(self, err: XboxError) -> ConfigFlowResult:
        """Show why there is no token, and what to do: another application, or another code."""
        if isinstance(err, XboxApplicationError):
            return await self.refused(err)
        return self._show_code_ended(err)

    def _show_code_ended(self, err: XboxError) -> ConfigFlowResult:
        self._code_error = err
        return self.async_show_form(
            step_id="code_ended",
            errors={"base": error_key(err)},
            description_placeholders=error_placeholders(err),
        )

    async def async_step_code_ended(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Get a new code, once the person asks for one: a browser that is reloaded sees the reason again."""
        if user_input is None and self._code_error:
            return self._show_code_ended(self._code_error)
        return await self.get_code()

    @callback
    def _call(self) -> None:
        """Tell each browser that comes back that the dialog has to go on, until it does.

        Who was there has been told already. To be told twice is an error in the browser: the second time the
        dialog has ended.
        """
        if self._end_calls:
            return
        end = time.monotonic() + _CALLING_SECONDS
        browsers = self._browsers()

        @callback
        def look(_: object) -> None:
            nonlocal browsers
            before, browsers = browsers, self._browsers()
            if time.monotonic() > end:
                self._stop_calling()
            elif browsers > before:
                self.async_notify_flow_changed()

        self._end_calls = async_track_time_interval(
            self.hass, look, _LOOK_INTERVAL, cancel_on_shutdown=True
        )

    def _browsers(self) -> int:
        """Return how many browsers have a dialog open."""
        return self.hass.bus.async_listeners().get(EVENT_DATA_ENTRY_FLOW_PROGRESSED, 0)

    @callback
    def _stop_calling(self) -> None:
        if self._end_calls:
            self._end_calls()
            self._end_calls = None
