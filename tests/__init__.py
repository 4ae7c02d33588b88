"""Tests of the integration and its client, and the simulated network that they run against."""
