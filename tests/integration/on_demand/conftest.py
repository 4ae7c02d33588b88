"""A caller of `homeassistant.update_entity` for these tests."""

from tests.helpers.on_demand import demand_fixture  # noqa: F401  pytest finds it here
