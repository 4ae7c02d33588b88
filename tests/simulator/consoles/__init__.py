"""Simulated consoles, and the service about them (xccs)."""
