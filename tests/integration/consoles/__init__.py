"""Tests of the integration: consoles."""
