"""Tests of the client: watching consoles, and commanding them."""
