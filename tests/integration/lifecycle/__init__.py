"""Tests of the integration: entries, from their start to their removal."""
