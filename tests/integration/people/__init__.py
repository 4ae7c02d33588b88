"""Tests of the integration: people."""
