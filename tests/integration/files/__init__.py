"""Tests of the integration: its files on a real disk."""
