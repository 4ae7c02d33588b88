"""Tests of the integration: achievements."""
