"""Simulated consoles: what they do, and their service."""
