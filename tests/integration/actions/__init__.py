"""Tests of the integration: actions."""
