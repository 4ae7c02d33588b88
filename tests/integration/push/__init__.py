"""Tests of the integration: push."""
