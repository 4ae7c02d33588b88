"""Endpoints: the token, the contract and the budget of each service."""

import pytest

from custom_components.xbox_network.xbox.endpoints import (
    BUDGETS,
    CONTRACTS,
    IMAGE_HOSTS,
    ORIGINS,
    SIGNED_IN,
    Service,
)


@pytest.mark.parametrize("service", Service)
def test_origin(service: Service) -> None:
    """Each service has an origin at its own host, with https."""
    assert str(ORIGINS[service]) == f"https://{service}"
    assert service == service.value == service.endpoint.host


@pytest.mark.parametrize("service", sorted(SIGNED_IN))
def test_signed_in(service: Service) -> None:
    """Each service that gets a token has a contract, and a budget with a burst below its long window."""
    assert CONTRACTS[service] == service.endpoint.contract
    assert BUDGETS[service] == service.endpoint.budget
    assert BUDGETS[service].burst < BUDGETS[service].sustained


def test_no_token_elsewhere() -> None:
    """The sign-in, the store and the picture hosts get no token."""
    without_token = {Service.LIVE, Service.USER_AUTH, Service.XSTS, Service.CATALOG, *IMAGE_HOSTS}
    assert not SIGNED_IN & without_token
    assert ORIGINS.keys() == {*Service, *IMAGE_HOSTS}
