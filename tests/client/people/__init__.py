"""Tests of the client: watching people and friends."""
