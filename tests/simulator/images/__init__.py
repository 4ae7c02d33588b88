"""Simulated image hosts and their pictures."""
