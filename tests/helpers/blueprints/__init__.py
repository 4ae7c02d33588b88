"""Helpers of the tests of blueprints."""
