"""Simulated achievements: the service and what can be unlocked."""
