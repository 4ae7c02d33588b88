"""Tests of the client: the play time of people."""
