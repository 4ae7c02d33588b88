"""Simulated push: real-time activity."""
