"""Helpers of the tests of the simulated network: clients of its services."""
