"""Tests of the integration: stored files."""
