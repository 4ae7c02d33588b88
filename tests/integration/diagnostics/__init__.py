"""Tests of the integration: diagnostics and system health."""
