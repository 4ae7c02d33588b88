"""Tests of the integration: media players."""
