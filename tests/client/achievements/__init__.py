"""Tests of the client: the search for the unlocks of people."""
