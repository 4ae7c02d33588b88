"""Simulated sign-in: accounts, hosts and tokens."""
