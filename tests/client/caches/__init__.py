"""Tests of the client: what is known of titles and products."""
