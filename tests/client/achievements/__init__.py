"""Tests of the client: finding what people unlock."""
