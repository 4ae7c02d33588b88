"""Tests of the integration: play time and its limits."""
