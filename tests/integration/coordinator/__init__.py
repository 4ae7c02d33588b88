"""Tests of what the coordinators share."""
