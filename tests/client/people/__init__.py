"""Tests of the client: the observers of people and of friends."""
