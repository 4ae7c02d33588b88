"""Simulated people, and the services about them."""
