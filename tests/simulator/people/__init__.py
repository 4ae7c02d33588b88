"""Simulated people: what they do, and the services that tell it."""
