"""Voice in tests: Google's and Alexa's view of an entity, and sentences to Home Assistant's own Assist."""

from typing import Any, override

from homeassistant.components import conversation
from homeassistant.components.alexa.config import AbstractConfig as AlexaAbstractConfig
from homeassistant.components.alexa.entities import async_get_entities
from homeassistant.components.alexa.smart_home import async_handle_message
from homeassistant.components.google_assistant.const import SOURCE_CLOUD
from homeassistant.components.google_assistant.helpers import (
    AbstractConfig as GoogleAbstractConfig,
    GoogleEntity,
    RequestData,
)
from homeassistant.core import Context, HomeAssistant, State

_REQUEST = "1"


class GoogleConfig(GoogleAbstractConfig):
    """An account of Google that sees every entity."""

    enabled = True
    entity_config: dict[str, Any] = {}
    secure_devices_pin = None
    should_report_state = False

    @override
    def get_local_user_id(self, webhook_id: Any) -> str:
        return "user"

    @override
    def get_local_webhook_id(self, agent_user_id: Any) -> str:
        return "webhook"

    @override
    def get_agent_user_id_from_context(self, context: Any) -> str:
        return "user"

    @override
    def get_agent_user_id_from_webhook(self, webhook_id: Any) -> str:
        return "user"

    @override
    def should_expose(self, entity_id: str) -> bool:
        return True

    @override
    def should_2fa(self, state: State) -> bool:
        return False

    @override
    async def async_report_state(
        self, message: dict[str, Any], agent_user_id: str, event_id: str | None = None
    ) -> None:
        raise NotImplementedError

    @override
    async def async_connect_agent_user(self, agent_user_id: str) -> None:
        raise NotImplementedError

    @override
    async def async_disconnect_agent_user(self, agent_user_id: str) -> None:
        raise NotImplementedError

    @override
    def async_get_agent_users(self) -> tuple[str, ...]:
        return ()


class Google:
    """An entity as Google sees it. Home Assistant's own class of it has no types."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Choose an entity."""
        self._hass = hass
        self._entity_id = entity_id
        self._config = GoogleConfig(hass)

    def _entity(self) -> Any:
        state = self._hass.states.get(self._entity_id)
        assert state
        return GoogleEntity(self._hass, self._config, state)

    def found(self) -> tuple[str, set[str], dict[str, Any]]:
        """Return type, traits and their attributes, as at a discovery."""
        device = self._entity().sync_serialize("user", "uuid")
        return device["type"], set(device["traits"]), device["attributes"]

    def query(self) -> dict[str, Any]:
        """Return the present state."""
        answer: dict[str, Any] = self._entity().query_serialize()
        return answer

    async def say(self, command: str, **params: Any) -> None:
        """Carry out a command. Raises the errors of both sides."""
        data = RequestData(self._config, "", SOURCE_CLOUD, _REQUEST, None)
        execution = {"command": f"action.devices.commands.{command}", "params": params}
        await self._entity().execute(data, execution)


class AlexaConfig(AlexaAbstractConfig):
    """An account of Alexa that sees every entity."""

    endpoint = None
    locale = "en-US"

    @override
    def user_identifier(self) -> str:
        return "user"

    @override
    def should_expose(self, entity_id: str) -> bool:
        return True

    @override
    async def set_authorized(self, authorized: bool) -> None:
        pass


class Alexa:
    """An entity as Alexa sees it."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Choose an entity."""
        self._hass = hass
        self._entity_id = entity_id
        self._config = AlexaConfig(hass)

    def found(self) -> tuple[list[str], dict[str, dict[str, Any]]]:
        """Return the categories and the interfaces by their names, as at a discovery."""
        entity = next(
            it
            for it in async_get_entities(self._hass, self._config)
            if it.entity_id == self._entity_id
        )
        categories = [str(it) for it in entity.display_categories() or ()]
        return categories, {
            it.name(): it.serialize_discovery() for it in entity.interfaces() if it.name()
        }

    async def say(self, interface: str, name: str, **payload: Any) -> str:
        """Send a directive. Return the name of the answer, and the type of an error."""
        header = {
            "namespace": f"Alexa.{interface}",
            "name": name,
            "messageId": _REQUEST,
            "correlationToken": _REQUEST,
            "payloadVersion": "3",
        }
        endpoint = {"endpointId": self._config.generate_alexa_id(self._entity_id), "cookie": {}}
        directive = {"header": header, "endpoint": endpoint, "payload": payload}
        answer = await async_handle_message(self._hass, self._config, {"directive": directive})
        event = answer["event"]
        kind = event["payload"].get("type", "")
        return f"{event['header']['name']} {kind}".strip()


async def say(hass: HomeAssistant, sentence: str) -> str:
    """Say a sentence to Assist. Return what it says."""
    result = await conversation.async_converse(hass, sentence, None, Context(), language="en")
    speech: str = result.response.speech["plain"]["speech"]
    return speech
