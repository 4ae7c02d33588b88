"""Tests of the integration: what is kept on disk."""
