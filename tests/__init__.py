"""Tests of the integration, and the simulated network that they run against."""
