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
    """A service is asked at its own host, encrypted."""
    assert str(ORIGINS[service]) == f"https://{service}"
    assert service == service.value == service.endpoint.host


@pytest.mark.parametrize("service", sorted(SIGNED_IN))
def test_signed_in(service: Service) -> None:
    """What gets a token names its contract, and has a budget that holds a burst."""
    assert CONTRACTS[service] == service.endpoint.contract
    assert BUDGETS[service] == service.endpoint.budget
    assert BUDGETS[service].burst < BUDGETS[service].sustained


def test_no_token_elsewhere() -> None:
    """Neither the sign-in, nor the store, nor pictures get a token."""
    strangers = {Service.LIVE, Service.USER_AUTH, Service.XSTS, Service.CATALOG, *IMAGE_HOSTS}
    assert not SIGNED_IN & strangers
    assert ORIGINS.keys() == {*Service, *IMAGE_HOSTS}
