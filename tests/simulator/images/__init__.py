"""The simulated image hosts and their pictures."""
