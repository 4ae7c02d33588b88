"""Tests of the client: requests, answers, rate limits and back-off."""
