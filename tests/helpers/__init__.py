"""Helpers of the tests: modules without tests of their own."""
