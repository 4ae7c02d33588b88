"""Tests of the integration: friends."""
