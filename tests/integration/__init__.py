"""Tests of the integration in Home Assistant, against the simulated network."""
