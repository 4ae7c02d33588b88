"""Tests of the client: requests, answers, rate limits, back-off."""
