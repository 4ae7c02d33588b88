"""Tests of the client: models of what services answer."""
