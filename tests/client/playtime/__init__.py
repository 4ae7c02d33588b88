"""Tests of the client: how long people play."""
