"""Helpers of the tests of the client."""
