"""Tests of the integration: accounts and their sign-in."""
