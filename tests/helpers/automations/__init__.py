"""Helpers of the tests of triggers and conditions."""
