"""Helpers of the tests: modules without tests."""
