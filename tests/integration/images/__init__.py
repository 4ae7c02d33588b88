"""Tests of the integration: images."""
