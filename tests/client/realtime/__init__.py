"""Tests of the client: push (the real-time activity service)."""
