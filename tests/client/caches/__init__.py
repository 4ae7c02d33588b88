"""Tests of the client: the caches of titles and products."""
