"""Clients of the simulated network's services, for its tests."""
