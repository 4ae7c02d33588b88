"""Tests of the integration: triggers and conditions."""
