"""Tests of the client: push."""
